// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/console/headphone_dialog.h"

#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "ui/trial/frame_clock.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>
#include <utility>

namespace mlab::ui {

namespace {

using experiments::HeadphoneMethod;

constexpr int kWideSpace = 16;
constexpr int kPollMs = 10;

QString instructions(HeadphoneMethod method)
{
    const QString what =
        method == HeadphoneMethod::antiphase
            ? "In each of six trials you will hear three tones. Which one is the quietest?"
            : "In each of six trials you will hear three noises. Which one contains a faint tone?";
    return "Put on the headphones. " + what + "\nAnswer with a click, or with the keys 1, 2 and 3.";
}

QString question(HeadphoneMethod method)
{
    return method == HeadphoneMethod::antiphase ? "Which tone was the quietest?"
                                                : "Which noise contained the tone?";
}

} // namespace

HeadphoneCheckDialog::HeadphoneCheckDialog(HeadphoneMethod method, AudioSettings settings,
                                           std::uint64_t seed, QWidget* parent)
    : QDialog(parent), method_(method), settings_(std::move(settings)), seed_(seed),
      title_(new QLabel), text_(new QLabel), note_(new QLabel),
      end_(new QPushButton("&End the session")), proceed_(new QPushButton("&Continue anyway")),
      next_(new QPushButton)
{
    settings_.output.channels = 2;
    setWindowTitle("MetamerLab: headphone check");
    QFont large = title_->font();
    large.setPointSizeF(large.pointSizeF() * 2);
    large.setWeight(QFont::DemiBold);
    title_->setFont(large);
    QFont readable = text_->font();
    readable.setPointSizeF(readable.pointSizeF() * 1.25);
    for (QLabel* label : {title_, text_, note_}) {
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignCenter);
    }
    text_->setFont(readable);
    auto* row = new QHBoxLayout;
    row->addStretch();
    for (std::size_t i = 0; i < intervals_.size(); ++i) {
        auto* button = new QPushButton(QString::number(i + 1));
        button->setFont(large);
        button->setFixedSize(fontMetrics().height() * 6, fontMetrics().height() * 6);
        button->setFocusPolicy(Qt::NoFocus);
        button->setCheckable(true); // checked while its interval is heard
        button->setAutoDefault(false);
        QObject::connect(button, &QPushButton::clicked, this,
                         [this, i] { answer(static_cast<int>(i)); });
        if (i > 0) {
            row->addSpacing(kWideSpace);
        }
        row->addWidget(button);
        intervals_.at(i) = button;
    }
    row->addStretch();
    auto* bottom = new QHBoxLayout;
    bottom->addStretch();
    for (QPushButton* button : {end_, proceed_, next_}) {
        button->setAutoDefault(false);
        bottom->addWidget(button);
    }
    bottom->addStretch();
    next_->setDefault(true);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(3 * kWideSpace, 3 * kWideSpace, 3 * kWideSpace, 2 * kWideSpace);
    all->setSpacing(kWideSpace);
    all->addWidget(title_);
    all->addWidget(text_);
    all->addStretch();
    all->addLayout(row);
    all->addStretch();
    all->addWidget(note_);
    all->addLayout(bottom);
    resize(fontMetrics().averageCharWidth() * 100, fontMetrics().height() * 30);

    QObject::connect(end_, &QPushButton::clicked, this, [this] { reject(); });
    QObject::connect(proceed_, &QPushButton::clicked, this, [this] {
        current().afterFailure = experiments::AfterFailure::proceed;
        accept();
    });
    QObject::connect(next_, &QPushButton::clicked, this, [this] { goOn(); });
    QObject::connect(&timer_, &QTimer::timeout, this, [this] { look(); });
    beginCheck();
    try {
        player_ = std::make_unique<AudioPlayer>(settings_.output);
    } catch (const Error& problem) {
        note_->setText(QString::fromUtf8(problem.what()));
        next_->setEnabled(false);
    }
}

HeadphoneCheckDialog::~HeadphoneCheckDialog() = default;

void HeadphoneCheckDialog::beginCheck()
{
    trials_ = headphoneTrials(method_, seed_ + checks_.size());
    checks_.push_back({.method = method_});
    enter(State::instructions);
}

void HeadphoneCheckDialog::enter(State state)
{
    state_ = state;
    const auto trial = static_cast<int>(current().answers.size()) + 1;
    const bool failed = state == State::over && !current().passed();
    for (QPushButton* button : intervals_) {
        button->setVisible(state == State::playing || state == State::asking);
        button->setEnabled(state == State::asking);
        button->setChecked(false);
    }
    next_->setVisible(state == State::instructions || state == State::over);
    end_->setVisible(failed);
    proceed_->setVisible(failed);
    note_->clear();
    switch (state) {
    case State::instructions:
        title_->setText("Headphone check");
        text_->setText(instructions(method_));
        next_->setText("&Start");
        break;
    case State::playing:
    case State::asking:
        title_->setText(QString("%1 of %2").arg(trial).arg(experiments::kHeadphoneTrials));
        text_->setText(state == State::asking ? question(method_) : "Listen…");
        break;
    case State::over:
        title_->setText(failed ? "Please tell the experimenter" : "Thank you");
        text_->setText(
            QString("%1 of %2 answers were correct%3")
                .arg(current().correct())
                .arg(experiments::kHeadphoneTrials)
                .arg(failed ? QString("; %1 are needed.\nAre the headphones plugged in and on both "
                                      "ears? Are the loudspeakers off?")
                                  .arg(experiments::headphonePassMark(method_))
                            : QString(".")));
        next_->setText(failed ? "&Repeat the check" : "&Continue");
        break;
    }
    setFocus(); // keys 1 to 3 come here
}

void HeadphoneCheckDialog::goOn()
{
    if (state_ == State::instructions) {
        current().startedAt = utcNow();
        playTrial();
    } else if (current().passed()) {
        accept();
    } else {
        current().afterFailure = experiments::AfterFailure::repeat;
        beginCheck();
    }
}

void HeadphoneCheckDialog::playTrial()
{
    const std::size_t index = current().answers.size();
    const auto& trial = trials_.at(index);
    enter(State::playing);
    try {
        sound_ = headphoneSound(method_, trial,
                                {.sampleRateHz = settings_.output.sampleRateHz,
                                 .bits = settings_.output.bits,
                                 .channels = 2},
                                checkLevelDbFs(settings_.level, experiments::sessionLevelDbFs()),
                                seed_ + checks_.size() - 1, index);
        player_->play(sound_);
        timer_.start(kPollMs);
    } catch (const Error& problem) {
        note_->setText(QString::fromUtf8(problem.what()));
    }
}

void HeadphoneCheckDialog::look()
{
    const Playback playback = player_->playback();
    if (playback.underruns > 0) {
        playTrial(); // it has not been answered yet
        return;
    }
    if (!playback.over && player_->lost()) {
        timer_.stop();
        note_->setText(QString::fromStdString(lostText(player_->output())) +
                       " Close this window and try again.");
        return;
    }
    if (playback.over) {
        timer_.stop();
        enter(State::asking);
        return;
    }
    if (playback.began) {
        const auto frame = static_cast<std::int64_t>((nowMs() - playback.firstFrameMs) *
                                                     sound_.sampleRateHz / 1000);
        for (std::size_t i = 0; i < intervals_.size(); ++i) {
            const auto span = sound_.intervals.at(i);
            intervals_.at(i)->setChecked(frame >= span.onset && frame < span.offset);
        }
    }
}

void HeadphoneCheckDialog::answer(int interval)
{
    if (state_ != State::asking) {
        return;
    }
    current().targets.push_back(trials_.at(current().answers.size()).target);
    current().answers.push_back(interval);
    if (current().answers.size() == trials_.size()) {
        enter(State::over);
    } else {
        playTrial();
    }
}

void HeadphoneCheckDialog::keyPressEvent(QKeyEvent* event)
{
    const int interval = event->key() - Qt::Key_1;
    if (state_ == State::asking && interval >= 0 && interval < 3) {
        answer(interval);
    } else {
        QDialog::keyPressEvent(event);
    }
}

} // namespace mlab::ui
