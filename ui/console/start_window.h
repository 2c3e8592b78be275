// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/stimulus/sound.h"
#include "experiments/design/visual_angle.h"
#include "ui/audio/audio_settings.h"

#include <QDialog>
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

/// A session in the chosen database that was ended or cut off early.
struct UnfinishedSession {
    std::string sessionId;
    std::string participant;
    std::string designName;
    std::string startedAt; ///< as it is shown
    int trialsDone = 0;
    std::optional<SoundFormat> sounds = {}; ///< where it plays sounds
};

/// What the check of a design found: problems, or a summary to read before starting.
struct DesignVerdict {
    std::string summary;
    std::vector<Diagnostic> problems;
    std::optional<SoundFormat> sounds = {}; ///< where the design plays sounds
};

/// What the experimenter chose.
struct StartChoice {
    std::optional<std::string> continueSession; ///< id; design and participant are then its own
    std::filesystem::path design;
    std::string participant;
    std::filesystem::path database;
    std::filesystem::path references; ///< empty: as the design says
    QScreen* screen = nullptr;
    bool windowed = false;
    std::optional<AudioSettings> audio; ///< for a design or session of sounds
};

/// So that the names of files made from a session's ID stay within what file systems allow.
inline constexpr int kLongestParticipantId = 64;

/// Whether a text may name a participant: 1 to kLongestParticipantId letters, digits, '.', '_' and
/// '-'.
bool isParticipantId(const std::string& text);

/// The window that opens when the program is started without arguments: which design, who, where
/// the answers go, which screen. It knows neither Torch nor the store, and is there at once; what
/// it shows of designs and databases comes from functions it is given. GUI thread.
class StartWindow final : public QDialog {
    Q_OBJECT
public:
    struct Sources {
        std::vector<ShippedDesign> designs;
        std::filesystem::path database;          ///< proposed
        std::filesystem::path calibrations = {}; ///< folder of the sound devices' calibrations
        /// Checks a design; takes well under a second. Must not throw mlab::Error but report.
        std::function<DesignVerdict(const std::filesystem::path& design,
                                    const std::filesystem::path& references,
                                    const experiments::ScreenGeometry& screen)>
            check;
        /// The unfinished sessions of a database; none for a file that is not there yet.
        /// @throws mlab::Error, which is shown, when the file is no usable database.
        std::function<std::vector<UnfinishedSession>(const std::filesystem::path& database)>
            unfinished;
        /// Shows the report on a database's sessions. Must not throw mlab::Error but show it.
        std::function<void(const std::filesystem::path& database)> report;
    };

    explicit StartWindow(Sources sources);

    /// What was chosen; to be asked for after exec() returned QDialog::Accepted.
    StartChoice choice() const;

    /// Looks again at the design and the database: to be called before it is shown once more.
    void refresh();

private:
    void browseDesign();
    void checkDesign();
    void listSessions();
    void allowStart();
    std::optional<SoundFormat> chosenSounds() const;
    QString continuedSession() const;
    QScreen* chosenScreen() const;

    Sources sources_;
    bool designIsGood_ = false;
    bool databaseIsGood_ = false;
    std::optional<SoundFormat> designSounds_;               ///< of a good design
    std::vector<std::optional<SoundFormat>> sessionSounds_; ///< by row of the list

    QComboBox* design_;
    QPushButton* browseDesign_;
    QLabel* verdict_;
    QPlainTextEdit* verdictText_;
    QLineEdit* participant_;
    QLabel* participantHint_;
    QLineEdit* database_;
    QLabel* databaseHint_;
    QLineEdit* references_;
    QComboBox* screen_;
    QCheckBox* windowed_;
    AudioPanel* audio_;
    QFormLayout* form_ = nullptr;
    int audioRow_ = 0;
    QWidget* sessionsBox_;
    QListWidget* sessions_;
    QPushButton* report_;
    QPushButton* start_;
};

} // namespace mlab::ui
