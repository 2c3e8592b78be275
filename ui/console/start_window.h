// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/stimulus/sound.h"
#include "experiments/design/visual_angle.h"
#include "ui/audio/audio_settings.h"

#include <QDialog>
#include <QFileSystemWatcher>
#include <QString>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QScreen;

namespace mlab::ui {

class AudioPanel;

/// A design that comes with the program.
struct ShippedDesign {
    std::string title;
    std::filesystem::path path;
};

/// A session in the chosen database that was interrupted or ended early.
struct UnfinishedSession {
    std::string sessionId;
    std::string participant;
    std::string designName;
    std::string startedAt; ///< as it is displayed
    int trialsDone = 0;
    std::optional<SoundFormat> sounds = {}; ///< if it plays sounds
    std::filesystem::path design = {};      ///< the file it was started with
    std::string designSha256 = {};          ///< of that file's content then
    std::filesystem::path references = {};  ///< the folder of its images or sounds, if it has one
};

/// The result of checking a design: problems, or a summary to read before starting.
struct DesignVerdict {
    std::string summary;
    std::vector<Diagnostic> problems;
    std::optional<SoundFormat> sounds = {}; ///< if the design plays sounds
};

/// What the experimenter chose.
struct StartChoice {
    std::optional<std::string> continueSession; ///< its id; it has a design and a participant
    std::filesystem::path design;
    std::string participant;
    std::filesystem::path database;
    std::filesystem::path references; ///< empty: those of the design
    QScreen* screen = nullptr;
    bool windowed = false;
    std::optional<AudioSettings> audio; ///< if the design or session plays sounds
};

/// Limited so that file names made from a session's ID are short enough for all file systems.
inline constexpr int kLongestParticipantId = 64;

/// Whether a text can be a participant's ID: 1 to kLongestParticipantId letters, digits, '.', '_'
/// and
/// '-'.
bool isParticipantId(const std::string& text);

/// The window that opens when the program is started without arguments: asks for the design, the
/// participant, the data file and the screen. While it is visible, the design is checked again when
/// its file changes. Esc does nothing, and Enter starts only from the participant's field and the
/// list of sessions, so that neither ends or starts a session by accident. It depends on neither
/// Torch nor the store, so it opens at once; the functions in Sources tell it about designs and
/// databases. GUI thread only.
class StartWindow final : public QDialog {
    Q_OBJECT
public:
    struct Sources {
        std::vector<ShippedDesign> designs;
        std::filesystem::path database;          ///< proposed
        std::filesystem::path calibrations = {}; ///< folder of the sound devices' calibrations
        /// Remembers what was chosen until the next start; if empty, nothing is remembered.
        std::filesystem::path settings = {};
        /// Checks a design in well under a second, for a new session or, if it is not null, for
        /// resuming one. Reports errors as problems instead of throwing.
        std::function<DesignVerdict(
            const std::filesystem::path& design, const std::filesystem::path& references,
            const experiments::ScreenGeometry& screen, const UnfinishedSession* resumed)>
            check;
        /// The unfinished sessions of a database; none if the file does not exist yet.
        /// @throws mlab::Error, which is shown, if the file is not a usable database
        std::function<std::vector<UnfinishedSession>(const std::filesystem::path& database)>
            unfinished;
        /// Shows the report on a database's sessions. Shows errors instead of throwing them.
        std::function<void(const std::filesystem::path& database)> report;
    };

    explicit StartWindow(Sources sources);

    /// What was chosen, once exec() has returned QDialog::Accepted.
    StartChoice choice() const;

    /// Checks the design and the database again. Call it before the window is shown again.
    void refresh();
    /// Says how the last session ended; nothing if empty.
    void showResult(const QString& text);

    void done(int result) override;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// What a new session would have; a resumed one has its own.
    struct Inputs {
        QString design; ///< path
        QString participant;
        QString references;
    };

    void recall();
    void remember() const;
    Inputs shownInputs() const;
    void fillIn(const Inputs& inputs);
    void browseDesign();
    void checkDesign();
    void watch(const QString& design);
    void listSessions();
    /// Shows the inputs of the chosen session.
    void chooseSession();
    void allowStart();
    std::optional<SoundFormat> chosenSounds() const;
    /// Null if a new session is chosen.
    const UnfinishedSession* resumed() const;
    QScreen* chosenScreen() const;

    Sources sources_;
    bool designIsGood_ = false;
    bool databaseIsGood_ = false;
    std::optional<SoundFormat> designSounds_;   ///< of a design without problems
    std::vector<UnfinishedSession> unfinished_; ///< by row of the list, after the first
    std::optional<Inputs> ofNewSession_;        ///< while those of a resumed session are shown
    QFileSystemWatcher watcher_;                ///< of the design's file and its folder

    QComboBox* design_;
    QPushButton* browseDesign_;
    QLabel* verdict_;
    QPlainTextEdit* verdictText_;
    QLineEdit* participant_;
    QLabel* participantHint_;
    QLineEdit* database_;
    QLabel* databaseHint_;
    QLineEdit* references_;
    QPushButton* browseReferences_;
    QComboBox* screen_;
    QCheckBox* windowed_;
    AudioPanel* audio_;
    QFormLayout* form_ = nullptr;
    int audioRow_ = 0;
    QWidget* sessionsBox_;
    QListWidget* sessions_;
    QLabel* result_;
    QPushButton* report_;
    QPushButton* start_;
};

} // namespace mlab::ui
