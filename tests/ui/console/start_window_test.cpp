// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "ui/console/start_window.h"
#include "ui/widgets/error_dialog.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlab::ui {
namespace {

class StartWindowTest : public testing::Test {
protected:
    StartWindowTest() : window_(sources())
    {
        window_.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&window_));
    }

    StartWindow::Sources sources()
    {
        return {
            .designs = {{"Demo", "/designs/demo.json"}, {"Broken", "/designs/broken.json"}},
            .database = "/data/answers.sqlite",
            .settings = folder_.filePath("settings.ini").toStdString(),
            .check =
                [this](const std::filesystem::path& design, const std::filesystem::path&,
                       const experiments::ScreenGeometry& screen,
                       const UnfinishedSession* resumed) {
                    checkedOn_ = screen;
                    checkedFor_ = resumed == nullptr ? "" : resumed->sessionId;
                    ++checks_;
                    DesignVerdict verdict{.summary = "6 dimensions, 5 minutes", .problems = {}};
                    if (design == "/designs/broken.json") {
                        verdict.problems = {{.file = "broken.json",
                                             .line = 3,
                                             .column = 7,
                                             .pointer = "/layr",
                                             .message = "unknown key",
                                             .suggestion = "layer"}};
                    }
                    return verdict;
                },
            .unfinished =
                [this](const std::filesystem::path& database) {
                    if (!known_) {
                        throw IoError("the folder is gone");
                    }
                    std::vector<UnfinishedSession> sessions = *known_;
                    if (database == "/data/old.sqlite") {
                        sessions = {{.sessionId = "s-1",
                                     .participant = "P07",
                                     .designName = "demo",
                                     .startedAt = "2026-01-02 10:20",
                                     .trialsDone = 31,
                                     .design = "/designs/old.json",
                                     .references = "/photographs"}};
                    } else if (database == "/data/notes.txt") {
                        throw DatabaseError("notes.txt is not a database");
                    }
                    return sessions;
                },
            .report = [this](const std::filesystem::path& database) { reportedOn_ = database; }};
    }

    QPushButton* button(const QString& text) const
    {
        for (auto* candidate : window_.findChildren<QPushButton*>()) {
            if (candidate->text() == text) {
                return candidate;
            }
        }
        return nullptr;
    }
    QPushButton* startButton() const
    {
        const auto buttons = window_.findChildren<QPushButton*>();
        return *std::find_if(buttons.begin(), buttons.end(),
                             [](const QPushButton* b) { return b->isDefault(); });
    }
    QLineEdit* field(const QString& label) const
    {
        for (const auto* candidate : window_.findChildren<QLabel*>()) {
            if (candidate->text() == label) {
                return qobject_cast<QLineEdit*>(candidate->buddy());
            }
        }
        return nullptr;
    }
    void type(QLineEdit* into, const QString& text)
    {
        into->setFocus();
        into->selectAll();
        QTest::keyClicks(into, text);
        Q_EMIT into->editingFinished();
    }

    QTemporaryDir folder_;
    experiments::ScreenGeometry checkedOn_;
    std::string checkedFor_; ///< session
    int checks_ = 0;
    std::filesystem::path reportedOn_;
    std::optional<std::vector<UnfinishedSession>> known_ = std::vector<UnfinishedSession>();
    StartWindow window_;
};

TEST_F(StartWindowTest, StartsOnlyWithAGoodDesignAndAParticipant)
{
    EXPECT_FALSE(startButton()->isEnabled());
    type(field("P&articipant"), "P01");
    EXPECT_TRUE(startButton()->isEnabled());
    QTest::keyClick(field("P&articipant"), Qt::Key_Return);
    EXPECT_EQ(window_.result(), QDialog::Accepted);
    const StartChoice choice = window_.choice();
    EXPECT_EQ(choice.design, "/designs/demo.json");
    EXPECT_EQ(choice.participant, "P01");
    EXPECT_EQ(choice.database, "/data/answers.sqlite");
    EXPECT_TRUE(choice.references.empty());
    EXPECT_FALSE(choice.continueSession);
    EXPECT_FALSE(choice.windowed);
    EXPECT_NE(choice.screen, nullptr);
}

TEST_F(StartWindowTest, ProblemsOfADesignAreShownAndPreventTheStart)
{
    type(field("P&articipant"), "P01");
    window_.findChild<QComboBox*>()->setCurrentIndex(1);
    EXPECT_FALSE(startButton()->isEnabled());
    const QString text = window_.findChild<QPlainTextEdit*>()->toPlainText();
    EXPECT_EQ(text.toStdString(), "broken.json:3:7: /layr: unknown key (did you mean \"layer\"?)");
}

TEST_F(StartWindowTest, TheDesignIsCheckedForTheWindowItWillHave)
{
    EXPECT_EQ(checkedOn_.drawableWidthPx, 1280);
    EXPECT_EQ(checkedOn_.drawableHeightPx, 1024);
    window_.findChild<QCheckBox*>()->click();
    EXPECT_EQ(checkedOn_.widthPx, 1280);
    EXPECT_EQ(checkedOn_.drawableHeightPx, 800);
    EXPECT_TRUE(window_.choice().windowed);
}

TEST_F(StartWindowTest, AnUnfinishedSessionCanBeContinued)
{
    auto* sessions = window_.findChild<QListWidget*>();
    EXPECT_FALSE(sessions->isVisible());
    type(field("Data fi&le"), "/data/old.sqlite");
    ASSERT_TRUE(sessions->isVisible());
    ASSERT_EQ(sessions->count(), 2);
    EXPECT_TRUE(sessions->item(1)->text().contains("P07"));
    EXPECT_FALSE(startButton()->isEnabled()) << "a new session needs a participant";
    sessions->setCurrentRow(1);
    EXPECT_EQ(startButton()->text(), "Continue");
    EXPECT_TRUE(startButton()->isEnabled());
    EXPECT_FALSE(field("P&articipant")->isEnabled());
    EXPECT_EQ(window_.choice().continueSession, "s-1");
}

TEST_F(StartWindowTest, AContinuedSessionIsShownWithItsOwnDesignAndParticipant)
{
    type(field("P&articipant"), "P01");
    type(field("Data fi&le"), "/data/old.sqlite");
    auto* sessions = window_.findChild<QListWidget*>();
    auto* designs = window_.findChild<QComboBox*>();
    sessions->setCurrentRow(1);
    EXPECT_EQ(checkedFor_, "s-1");
    EXPECT_EQ(designs->currentText(), "/designs/old.json");
    EXPECT_EQ(field("P&articipant")->text(), "P07");
    EXPECT_EQ(field("Own &files")->text(), "/photographs");
    EXPECT_FALSE(designs->isEnabled());
    window_.refresh(); // it stays chosen
    EXPECT_EQ(field("P&articipant")->text(), "P07");
    sessions->setCurrentRow(0);
    EXPECT_EQ(checkedFor_, "");
    EXPECT_EQ(designs->currentText(), "Demo");
    EXPECT_EQ(field("P&articipant")->text(), "P01");
    EXPECT_EQ(field("Own &files")->text(), "");
    EXPECT_TRUE(designs->isEnabled());
}

TEST_F(StartWindowTest, EnterStartsFromTheParticipantAndNotFromAPath)
{
    type(field("P&articipant"), "P01");
    for (auto* path : {field("Data fi&le"), field("Own &files")}) {
        path->setFocus();
        QTest::keyClick(path, Qt::Key_Return);
        QTest::keyClick(path, Qt::Key_Enter);
        EXPECT_TRUE(window_.isVisible());
    }
    field("P&articipant")->setFocus();
    QTest::keyClick(field("P&articipant"), Qt::Key_Enter);
    EXPECT_EQ(window_.result(), QDialog::Accepted);
    EXPECT_FALSE(window_.isVisible());
}

TEST_F(StartWindowTest, ADesignIsCheckedAgainWhenItsFileChanges)
{
    const auto file = folder_.filePath("mine.json");
    const auto write = [&](const QString& to, const char* text) {
        QFile out(to);
        ASSERT_TRUE(out.open(QIODevice::WriteOnly));
        out.write(text);
    };
    write(file, "1");
    auto* designs = window_.findChild<QComboBox*>();
    designs->addItem("mine", file);
    designs->setCurrentIndex(designs->count() - 1);
    const auto checkedAfter = [&](const std::function<void()>& change) {
        const int before = checks_;
        change();
        return QTest::qWaitFor([&] { return checks_ > before; }, 30'000);
    };
    EXPECT_TRUE(checkedAfter([&] { write(file, "22"); }));
    // Editors write another file and rename it.
    for (int save = 0; save < 2; ++save) {
        EXPECT_TRUE(checkedAfter([&] {
            write(file + "~", "333");
            ASSERT_EQ(std::rename(qPrintable(file + "~"), qPrintable(file)), 0);
        }));
    }
    EXPECT_TRUE(checkedAfter([&] { QFile::remove(file); }));
    EXPECT_TRUE(checkedAfter([&] { write(file, "1"); }));
}

TEST_F(StartWindowTest, WhatWasChosenIsRememberedButNotTheParticipant)
{
    window_.findChild<QComboBox*>()->setCurrentIndex(1);
    type(field("P&articipant"), "P01");
    type(field("Data fi&le"), "/data/other.sqlite");
    type(field("Own &files"), "/photographs");
    window_.findChild<QCheckBox*>()->click();
    window_.reject();

    const StartWindow next(sources());
    const auto choice = next.choice();
    EXPECT_EQ(choice.design, "/designs/broken.json");
    EXPECT_EQ(choice.participant, "");
    EXPECT_EQ(choice.database, "/data/other.sqlite");
    EXPECT_EQ(choice.references, "/photographs");
    EXPECT_TRUE(choice.windowed);
}

TEST_F(StartWindowTest, ARememberedDesignThatIsNotOfferedIsShownWithItsPath)
{
    {
        QSettings settings(folder_.filePath("settings.ini"), QSettings::IniFormat);
        settings.setValue("design", "/home/me/mine.json");
    }
    const StartWindow next(sources());
    EXPECT_EQ(next.choice().design, "/home/me/mine.json");
    EXPECT_EQ(next.findChild<QComboBox*>()->currentText(), "/home/me/mine.json");
}

TEST_F(StartWindowTest, TheResultOfASessionIsShown)
{
    const auto shown = [&] {
        const auto labels = window_.findChildren<QLabel*>();
        return std::ranges::any_of(labels, [](const QLabel* label) {
            return label->isVisible() && label->text() == "Session s-1 is finished.";
        });
    };
    window_.showResult("Session s-1 is finished.");
    EXPECT_TRUE(shown());
    window_.showResult({});
    EXPECT_FALSE(shown());
}

TEST_F(StartWindowTest, OpensAsHighAsItsContentNeeds)
{
    const auto* form = window_.findChild<QScrollArea*>();
    const auto* content = form->widget();
    const int needed = content->hasHeightForWidth()
                           ? content->heightForWidth(form->viewport()->width())
                           : content->sizeHint().height();
    EXPECT_EQ(form->viewport()->height(), needed);
    EXPECT_LE(window_.height(), 768 * 9 / 10);
}

TEST_F(StartWindowTest, EverythingIsReachableOnASmallScreen)
{
    // A screen of 1366 x 768 at twice the size, less the frames of the window and the desktop.
    window_.resize(660, 340);
    EXPECT_LE(window_.width(), 660);
    EXPECT_LE(window_.height(), 340);
    for (const auto* one : {startButton(), button("&Quit"), button("&Report…")}) {
        EXPECT_TRUE(
            window_.rect().contains(QRect(one->mapTo(&window_, QPoint(0, 0)), one->size())));
    }
    const auto* form = window_.findChild<QScrollArea*>();
    EXPECT_LE(form->widget()->width(), form->viewport()->width());
}

TEST_F(StartWindowTest, AFileThatIsNotADatabaseIsReported)
{
    type(field("P&articipant"), "P01");
    type(field("Data fi&le"), "/data/notes.txt");
    EXPECT_FALSE(startButton()->isEnabled());
    const auto labels = window_.findChildren<QLabel*>();
    EXPECT_TRUE(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->isVisible() && label->text() == "notes.txt is not a database";
    }));
}

TEST_F(StartWindowTest, RefreshShowsTheChangesOfTheDatabase)
{
    type(field("P&articipant"), "P01");
    known_ = {{"s-2", "P01", "demo", "2026-01-02 10:20", 1}};
    window_.refresh();
    EXPECT_EQ(window_.findChild<QListWidget*>()->count(), 2);
    known_.reset();
    window_.refresh();
    EXPECT_FALSE(startButton()->isEnabled());
}

TEST_F(StartWindowTest, EscDoesNotQuit)
{
    QTest::keyClick(&window_, Qt::Key_Escape);
    QTest::keyClick(field("P&articipant"), Qt::Key_Escape);
    EXPECT_TRUE(window_.isVisible());
    QTest::mouseClick(button("&Quit"), Qt::LeftButton);
    EXPECT_EQ(window_.result(), QDialog::Rejected);
    EXPECT_FALSE(window_.isVisible());
}

TEST(ParticipantId, ConsistsOfLettersDigitsDotsDashesAndUnderscores)
{
    for (const char* good : {"P01", "a.b_c-9", "x", "_x"}) {
        EXPECT_TRUE(isParticipantId(good)) << good;
    }
    for (const char* bad : {"", "P 1", "../x", "Jürgen", "a\n", "a,b", ".P1", "-P1"}) {
        EXPECT_FALSE(isParticipantId(bad)) << bad;
    }
    EXPECT_TRUE(isParticipantId(std::string(kLongestParticipantId, 'p')));
    EXPECT_FALSE(isParticipantId(std::string(kLongestParticipantId + 1, 'p')));
}

ErrorChoice chooseWith(const ErrorReport& report, Qt::Key key)
{
    QTimer::singleShot(0, [key] { QTest::keyClick(QApplication::activeModalWidget(), key); });
    return showError(report);
}

TEST_F(StartWindowTest, OffersAReportOnTheDataFileIfItIsADatabase)
{
    auto* report = button("&Report…");
    ASSERT_NE(report, nullptr);
    QTest::mouseClick(report, Qt::LeftButton);
    EXPECT_EQ(reportedOn_, "/data/answers.sqlite");
    known_.reset();
    window_.refresh();
    EXPECT_FALSE(report->isEnabled());
}

TEST(ErrorDialog, OffersToTryAgainOnlyWhereThatMakesSense)
{
    ErrorReport report{.title = "The answer could not be stored",
                       .whatHappened = "The disk is full.",
                       .whatToDo = "Free some space.",
                       .details = {}};
    EXPECT_EQ(errorDialog(report)->buttons().size(), 1);
    EXPECT_EQ(chooseWith(report, Qt::Key_Return), ErrorChoice::close);
    report.canRetry = true;
    EXPECT_EQ(errorDialog(report)->buttons().size(), 2);
    EXPECT_EQ(chooseWith(report, Qt::Key_Return), ErrorChoice::retry);
    EXPECT_EQ(chooseWith(report, Qt::Key_Escape), ErrorChoice::close);
}

TEST(ErrorDialog, TheKeysOfATrialDoNotReachGiveUp)
{
    for (const auto key : {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_Tab}) {
        for (const auto pressed : {Qt::Key_Return, Qt::Key_Space}) {
            const auto box = errorDialog({.title = "The answer could not be stored",
                                          .whatHappened = "The disk is full.",
                                          .whatToDo = {},
                                          .details = {},
                                          .canRetry = true});
            box->show();
            ASSERT_TRUE(QTest::qWaitForWindowExposed(box.get()));
            box->defaultButton()->setFocus();
            QTest::keyClick(box->focusWidget(), key);
            QTest::keyClick(box->focusWidget(), pressed);
            ASSERT_NE(box->clickedButton(), nullptr) << key << " " << pressed;
            EXPECT_EQ(box->buttonRole(box->clickedButton()), QMessageBox::AcceptRole)
                << key << " " << pressed;
        }
    }
}

} // namespace
} // namespace mlab::ui
