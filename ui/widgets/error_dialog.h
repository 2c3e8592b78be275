// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMessageBox>
#include <QString>

#include <memory>

namespace mlab::ui {

/// An error as a person is told of it.
struct ErrorReport {
    QString title;        ///< a few words
    QString whatHappened; ///< one or two sentences
    QString whatToDo;     ///< may be empty
    QString details;      ///< long or technical, folded away; may be empty
    bool canRetry = false;
};

enum class ErrorChoice { close, retry };

/// The dialog, not yet shown. Its default button is "Try again" where that is offered, and then
/// giving up takes a click or Esc; no other key reaches that button.
std::unique_ptr<QMessageBox> errorDialog(const ErrorReport& report);

/// Shows the dialog above all windows of the program and waits for the choice.
ErrorChoice showError(const ErrorReport& report);

} // namespace mlab::ui
