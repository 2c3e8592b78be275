// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/console/start_window.h"

#include "core/base/error.h"
#include "ui/console/audio_panel.h"
#include "ui/trial/participant_window.h"
#include "ui/widgets/spacing.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFont>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QSettings>
#include <QSignalBlocker>
#include <QStringList>
#include <QVBoxLayout>

#include <algorithm>
#include <string_view>
#include <utility>

namespace mlab::ui {

namespace {

QString shown(const std::filesystem::path& path)
{
    return QDir::toNativeSeparators(QString::fromStdString(path.string()));
}

std::filesystem::path pathOf(const QString& text)
{
    return QDir::fromNativeSeparators(text.trimmed()).toStdString();
}

QString folderOf(const QString& file)
{
    return QFileInfo(QDir::fromNativeSeparators(file)).absolutePath();
}

QLabel* hint()
{
    auto* label = new QLabel;
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * 0.9);
    label->setFont(font);
    label->setWordWrap(true);
    label->hide();
    return label;
}

/// A field with a button on its right.
QHBoxLayout* beside(QWidget* field, QWidget* button)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(kSpace / 2);
    row->addWidget(field, 1);
    row->addWidget(button);
    return row;
}

QVBoxLayout* above(QLayout* row, QWidget* below)
{
    auto* column = new QVBoxLayout;
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(below);
    return column;
}

/// As wide as the window allows, however long its entries are.
QComboBox* elastic(QComboBox* box)
{
    box->setMinimumContentsLength(20);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    return box;
}

QHBoxLayout* alone(QWidget* field)
{
    auto* row = new QHBoxLayout;
    row->addWidget(field, 1);
    return row;
}

/// The height that a widget needs for its content if it is so wide.
int heightAt(const QWidget& widget, int width)
{
    widget.layout()->activate(); // else it has room for what has been hidden meanwhile
    return widget.hasHeightForWidth() ? widget.heightForWidth(width) : widget.sizeHint().height();
}

void say(QLabel* label, const QString& text)
{
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

experiments::ScreenGeometry geometryOf(const QScreen& screen, bool windowed)
{
    const QSize whole = screen.size() * screen.devicePixelRatio();
    experiments::ScreenGeometry geometry{
        .widthPx = whole.width(), .heightPx = whole.height(), .refreshHz = screen.refreshRate()};
    const QSize usable = windowed ? participantWindowSize(screen) : whole;
    geometry.drawableWidthPx = usable.width();
    geometry.drawableHeightPx = usable.height();
    return geometry;
}

} // namespace

bool isParticipantId(const std::string& text)
{
    constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                          "0123456789._-";
    return !text.empty() && text.front() != '.' && text.front() != '-' &&
           text.size() <= kLongestParticipantId &&
           text.find_first_not_of(kAllowed) == std::string::npos;
}

StartWindow::StartWindow(Sources sources)
    : sources_(std::move(sources)), design_(elastic(new QComboBox)),
      browseDesign_(new QPushButton("Browse…")), verdict_(new QLabel),
      verdictText_(new QPlainTextEdit), participant_(new QLineEdit), participantHint_(hint()),
      database_(new QLineEdit(shown(sources_.database))), databaseHint_(hint()),
      references_(new QLineEdit), browseReferences_(new QPushButton("Browse…")),
      screen_(elastic(new QComboBox)),
      windowed_(new QCheckBox("In a window instead of the whole screen")),
      audio_(new AudioPanel(sources_.calibrations)), sessionsBox_(new QWidget),
      sessions_(new QListWidget), result_(new QLabel), report_(new QPushButton("&Report…")),
      start_(new QPushButton)
{
    setWindowTitle("MetamerLab");

    auto* title = new QLabel("MetamerLab");
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.8);
    large.setWeight(QFont::DemiBold);
    title->setFont(large);
    auto* subtitle = new QLabel("Which changes to an image or a sound do people not notice?");

    for (const ShippedDesign& design : sources_.designs) {
        design_->addItem(QString::fromStdString(design.title), shown(design.path));
    }
    result_->setWordWrap(true);
    result_->hide();
    verdictText_->setReadOnly(true);
    verdictText_->setTabChangesFocus(true);
    verdictText_->setMinimumHeight(fontMetrics().height() * 3); // on a small screen
    verdictText_->setMaximumHeight(fontMetrics().height() * 8);
    participant_->setPlaceholderText("for example P01");
    references_->setPlaceholderText("those of the design");
    references_->setClearButtonEnabled(true);
    for (const QScreen* screen : QGuiApplication::screens()) {
        const QSize size = screen->size() * screen->devicePixelRatio();
        screen_->addItem(QString("%1: %2 × %3, %4 Hz")
                             .arg(screen->name())
                             .arg(size.width())
                             .arg(size.height())
                             .arg(screen->refreshRate(), 0, 'g', 4));
    }

    auto* browseDatabase = new QPushButton("Browse…");

    auto* sessionsTitle = new QLabel("This file contains unfinished sessions:");
    sessionsTitle->setBuddy(sessions_);
    sessions_->setFixedHeight(fontMetrics().height() * 5);
    sessions_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // long lines are elided
    auto* sessionsColumn = new QVBoxLayout(sessionsBox_);
    sessionsColumn->setContentsMargins(0, 0, 0, 0);
    sessionsColumn->setSpacing(4);
    sessionsColumn->addWidget(sessionsTitle);
    sessionsColumn->addWidget(sessions_);

    auto* designColumn = above(beside(design_, browseDesign_), verdict_);
    designColumn->addWidget(verdictText_);
    auto* databaseColumn = above(beside(database_, browseDatabase), databaseHint_);
    databaseColumn->addWidget(sessionsBox_);

    auto* form = new QFormLayout;
    form->setHorizontalSpacing(kSpace + 4);
    form->setVerticalSpacing(kSpace);
    form->setLabelAlignment(Qt::AlignRight);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    const auto addRow = [form](const QString& text, QWidget* buddy, QLayout* field) {
        auto* label = new QLabel(text);
        label->setBuddy(buddy);
        form->addRow(label, field);
    };
    addRow("&Design", design_, designColumn);
    addRow("Own &files", references_, beside(references_, browseReferences_));
    addRow("P&articipant", participant_, above(alone(participant_), participantHint_));
    addRow("Data fi&le", database_, databaseColumn);
    addRow("S&creen", screen_, above(alone(screen_), windowed_));
    addRow("So&und", audio_, alone(audio_));
    form_ = form;
    audioRow_ = form->rowCount() - 1;

    auto* quit = new QPushButton("&Quit");
    quit->setAutoDefault(false);
    report_->setToolTip("Thresholds, figures and tests for all sessions in the data file");
    for (QPushButton* button : {browseDesign_, browseDatabase, browseReferences_, report_}) {
        button->setAutoDefault(false);
    }
    start_->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(report_);
    buttons->addStretch();
    buttons->addWidget(quit);
    buttons->addWidget(start_);

    // On a small screen everything but the buttons scrolls.
    auto* scrolled = new QWidget;
    auto* top = new QVBoxLayout(scrolled);
    top->setContentsMargins(2 * kSpace, 2 * kSpace, 2 * kSpace, kSpace);
    top->setSpacing(kSpace);
    top->addWidget(title);
    top->addWidget(subtitle);
    top->addWidget(result_);
    top->addSpacing(kSpace / 2);
    top->addLayout(form);
    top->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(scrolled);
    buttons->setContentsMargins(2 * kSpace, kSpace, 2 * kSpace, 2 * kSpace);
    buttons->setSpacing(kSpace);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(scroll, 1);
    all->addLayout(buttons);

    const std::vector<QWidget*> order{
        design_,      browseDesign_, verdictText_,   references_, browseReferences_,
        participant_, database_,     browseDatabase, sessions_,   screen_,
        windowed_,    audio_,        start_,         quit,        report_};
    for (std::size_t i = 1; i < order.size(); ++i) {
        setTabOrder(order[i - 1], order[i]);
    }

    QObject::connect(design_, &QComboBox::currentIndexChanged, this, [this] { checkDesign(); });
    QObject::connect(browseDesign_, &QPushButton::clicked, this, [this] { browseDesign(); });
    QObject::connect(browseReferences_, &QPushButton::clicked, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(
            this, "Folder with images or sounds",
            references_->text().isEmpty() ? folderOf(design_->currentData().toString())
                                          : references_->text());
        if (!folder.isEmpty()) {
            references_->setText(QDir::toNativeSeparators(folder));
            checkDesign();
        }
    });
    QObject::connect(references_, &QLineEdit::editingFinished, this, [this] { checkDesign(); });
    QObject::connect(participant_, &QLineEdit::textChanged, this, [this] { allowStart(); });
    QObject::connect(browseDatabase, &QPushButton::clicked, this, [this] {
        QFileDialog dialog(this, "Data file",
                           database_->text().isEmpty() ? folderOf(design_->currentData().toString())
                                                       : database_->text());
        dialog.setFileMode(QFileDialog::AnyFile);
        dialog.setAcceptMode(QFileDialog::AcceptSave);
        dialog.setOption(QFileDialog::DontConfirmOverwrite); // data are only ever added
        dialog.setLabelText(QFileDialog::Accept, "Choose");
        dialog.setDefaultSuffix("sqlite");
        if (dialog.exec() == QDialog::Accepted) {
            database_->setText(QDir::toNativeSeparators(dialog.selectedFiles().constFirst()));
            listSessions();
        }
    });
    QObject::connect(database_, &QLineEdit::editingFinished, this, [this] { listSessions(); });
    QObject::connect(screen_, &QComboBox::currentIndexChanged, this, [this] { checkDesign(); });
    QObject::connect(windowed_, &QCheckBox::toggled, this, [this] { checkDesign(); });
    QObject::connect(audio_, &AudioPanel::changed, this, [this] { allowStart(); });
    QObject::connect(sessions_, &QListWidget::currentRowChanged, this, [this] { chooseSession(); });
    QObject::connect(&watcher_, &QFileSystemWatcher::fileChanged, this, [this] {
        if (isVisible()) {
            checkDesign();
        }
    });
    // An editor may replace the file by another one of the same name.
    QObject::connect(&watcher_, &QFileSystemWatcher::directoryChanged, this, [this] {
        if (isVisible() && watcher_.files().isEmpty()) {
            checkDesign();
        }
    });
    QObject::connect(report_, &QPushButton::clicked, this,
                     [this] { sources_.report(pathOf(database_->text())); });
    QObject::connect(quit, &QPushButton::clicked, this, [this] { reject(); });
    QObject::connect(start_, &QPushButton::clicked, this, [this] { accept(); });

    recall();
    refresh();
    const QSize room = screen()->availableSize() * 9 / 10; // the window has a frame
    const int width = std::min(fontMetrics().averageCharWidth() * 120, room.width());
    const int height = heightAt(*scrolled, width) + buttons->sizeHint().height();
    resize(width, std::min(height, room.height()));
    participant_->setFocus();
}

void StartWindow::recall()
{
    if (sources_.settings.empty()) {
        return;
    }
    const QSettings last(shown(sources_.settings), QSettings::IniFormat);
    const auto recalled = [&](const char* key, const QString& otherwise) {
        return last.value(key, otherwise).toString();
    };
    fillIn(Inputs{.design = recalled("design", design_->currentData().toString()),
                  .participant = {},
                  .references = recalled("references", {})});
    database_->setText(recalled("database", database_->text()));
    windowed_->setChecked(last.value("windowed", false).toBool());
    const auto screens = QGuiApplication::screens();
    for (int i = 0; i < screens.size(); ++i) {
        if (screens[i]->name() == recalled("screen", {})) {
            screen_->setCurrentIndex(i);
        }
    }
}

void StartWindow::remember() const
{
    if (sources_.settings.empty()) {
        return;
    }
    const Inputs inputs = ofNewSession_.value_or(shownInputs());
    QSettings last(shown(sources_.settings), QSettings::IniFormat);
    last.setValue("design", inputs.design);
    last.setValue("references", inputs.references);
    last.setValue("database", database_->text());
    last.setValue("windowed", windowed_->isChecked());
    last.setValue("screen", chosenScreen()->name());
}

void StartWindow::done(int result)
{
    remember();
    QDialog::done(result);
}

void StartWindow::keyPressEvent(QKeyEvent* event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const bool starts = focusWidget() == participant_ || focusWidget() == sessions_;
    if (event->key() != Qt::Key_Escape && (!enter || starts)) {
        QDialog::keyPressEvent(event);
    }
}

StartWindow::Inputs StartWindow::shownInputs() const
{
    return {.design = design_->currentData().toString(),
            .participant = participant_->text(),
            .references = references_->text()};
}

void StartWindow::fillIn(const Inputs& inputs)
{
    const QSignalBlocker quietDesign(design_);
    const QSignalBlocker quietParticipant(participant_);
    if (!inputs.design.isEmpty() && design_->findData(inputs.design) < 0) {
        design_->addItem(inputs.design, inputs.design);
    }
    design_->setCurrentIndex(design_->findData(inputs.design));
    participant_->setText(inputs.participant);
    references_->setText(inputs.references);
}

void StartWindow::showResult(const QString& text)
{
    say(result_, text);
}

StartChoice StartWindow::choice() const
{
    StartChoice choice;
    if (const auto* session = resumed()) {
        choice.continueSession = session->sessionId;
    }
    choice.design = pathOf(design_->currentData().toString());
    choice.participant = participant_->text().toStdString();
    choice.database = pathOf(database_->text());
    choice.references = pathOf(references_->text());
    choice.screen = chosenScreen();
    choice.windowed = windowed_->isChecked();
    if (chosenSounds()) {
        choice.audio = audio_->settings();
    }
    return choice;
}

void StartWindow::refresh()
{
    listSessions();
}

void StartWindow::browseDesign()
{
    const QString file = QFileDialog::getOpenFileName(
        this, "Design", QDir::fromNativeSeparators(design_->currentData().toString()),
        "Designs (*.json);;All files (*)");
    if (file.isEmpty()) {
        return;
    }
    Inputs inputs = shownInputs();
    inputs.design = QDir::toNativeSeparators(file);
    fillIn(inputs);
    checkDesign();
}

void StartWindow::checkDesign()
{
    designIsGood_ = false;
    designSounds_.reset();
    QStringList lines;
    const QString file = design_->currentData().toString();
    watch(file);
    if (file.isEmpty()) {
        verdict_->setText("Choose a design with Browse…");
    } else {
        const DesignVerdict verdict =
            sources_.check(pathOf(file), pathOf(references_->text()),
                           geometryOf(*chosenScreen(), windowed_->isChecked()), resumed());
        designIsGood_ = verdict.problems.empty();
        designSounds_ = designIsGood_ ? verdict.sounds : std::nullopt;
        if (designIsGood_) {
            verdict_->setText("✓ Ready to start");
            lines << QString::fromStdString(verdict.summary);
        } else {
            const auto count = static_cast<int>(verdict.problems.size());
            verdict_->setText(count == 1
                                  ? QString("✗ One problem must be corrected first")
                                  : QString("✗ %1 problems must be corrected first").arg(count));
            for (const Diagnostic& problem : verdict.problems) {
                lines << QString::fromStdString(problem.text());
            }
        }
    }
    verdictText_->setPlainText(lines.join('\n'));
    verdictText_->setVisible(!lines.isEmpty());
    allowStart();
}

void StartWindow::watch(const QString& design)
{
    if (const auto before = watcher_.files() + watcher_.directories(); !before.isEmpty()) {
        watcher_.removePaths(before);
    }
    if (!design.isEmpty()) {
        watcher_.addPaths({design, folderOf(design)});
    }
}

void StartWindow::listSessions()
{
    const std::string before = resumed() == nullptr ? std::string() : resumed()->sessionId;
    const QSignalBlocker quiet(sessions_);
    sessions_->clear();
    unfinished_.clear();
    sessions_->addItem("Start a new session");
    sessions_->setCurrentRow(0);
    databaseIsGood_ = false;
    if (database_->text().trimmed().isEmpty()) {
        say(databaseHint_, "Choose a file for the data. If it does not exist, it will be created.");
    } else {
        try {
            unfinished_ = sources_.unfinished(pathOf(database_->text()));
            for (const UnfinishedSession& session : unfinished_) {
                sessions_->addItem(QString("Continue %1, %2: %3 trials done, started %4")
                                       .arg(QString::fromStdString(session.participant),
                                            QString::fromStdString(session.designName))
                                       .arg(session.trialsDone)
                                       .arg(QString::fromStdString(session.startedAt)));
                if (session.sessionId == before) {
                    sessions_->setCurrentRow(sessions_->count() - 1);
                }
            }
            databaseIsGood_ = true;
            say(databaseHint_, {});
        } catch (const Error& error) {
            say(databaseHint_, QString::fromUtf8(error.what()));
        }
    }
    sessionsBox_->setVisible(sessions_->count() > 1);
    chooseSession();
}

void StartWindow::chooseSession()
{
    if (const auto* session = resumed()) {
        if (!ofNewSession_) {
            ofNewSession_ = shownInputs();
        }
        fillIn(Inputs{.design = shown(session->design),
                      .participant = QString::fromStdString(session->participant),
                      .references = shown(session->references)});
    } else if (ofNewSession_) {
        fillIn(*ofNewSession_);
        ofNewSession_.reset();
    }
    checkDesign();
}

void StartWindow::allowStart()
{
    const bool again = resumed() != nullptr;
    for (QWidget* fixed : std::initializer_list<QWidget*>{design_, browseDesign_, references_,
                                                          browseReferences_, participant_}) {
        fixed->setEnabled(!again);
    }
    const std::string participant = participant_->text().toStdString();
    say(participantHint_,
        again || participant.empty() || isParticipantId(participant)
            ? QString()
            : QString("Use only letters, digits, '.', '_' and '-', at most %1 characters; begin "
                      "with a letter, digit or '_'.")
                  .arg(kLongestParticipantId));
    const auto sounds = chosenSounds();
    if (sounds) {
        audio_->setFormat(*sounds);
    }
    form_->setRowVisible(audioRow_, sounds.has_value());
    report_->setEnabled(databaseIsGood_);
    start_->setText(again ? "Continue" : "Start");
    start_->setEnabled(databaseIsGood_ && (!sounds || audio_->settings()) && designIsGood_ &&
                       (again || isParticipantId(participant)));
}

std::optional<SoundFormat> StartWindow::chosenSounds() const
{
    const auto* session = resumed();
    return session == nullptr ? designSounds_ : session->sounds;
}

const UnfinishedSession* StartWindow::resumed() const
{
    // The first row starts a new session.
    const int row = sessions_->currentRow();
    return row < 1 ? nullptr : &unfinished_.at(static_cast<std::size_t>(row) - 1);
}

QScreen* StartWindow::chosenScreen() const
{
    const auto screens = QGuiApplication::screens();
    return screens.value(screen_->currentIndex(), QGuiApplication::primaryScreen());
}

} // namespace mlab::ui
