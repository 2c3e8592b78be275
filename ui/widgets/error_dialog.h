// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMessageBox>
#include <QString>

#include <memory>

namespace mlab::ui {

/// An error as it is shown to a person.
struct ErrorReport {
    QString title;        ///< a few words
    QString whatHappened; ///< one or two sentences
    QString whatToDo;     ///< may be empty
    QString details;      ///< long or technical, hidden at first; may be empty
    bool canRetry = false;
};

enum class ErrorChoice { close, retry };

/// The dialog, not yet shown. If it offers "Try again", that is the default button, and giving up
/// takes a click or Esc: no other key reaches that button.
std::unique_ptr<QMessageBox> errorDialog(const ErrorReport& report);

/// Shows the dialog above all windows of the program and waits for an answer.
ErrorChoice showError(const ErrorReport& report);

} // namespace mlab::ui
