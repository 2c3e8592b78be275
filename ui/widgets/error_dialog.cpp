// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/error_dialog.h"

#include <QAbstractButton>
#include <QPushButton>

namespace mlab::ui {

std::unique_ptr<QMessageBox> errorDialog(const ErrorReport& report)
{
    // Not every style shows the title of a message box, so the headline is in the text.
    auto box = std::make_unique<QMessageBox>();
    box->setWindowTitle("MetamerLab: " + report.title);
    box->setWindowFlag(Qt::WindowStaysOnTopHint);
    box->setIcon(report.canRetry ? QMessageBox::Warning : QMessageBox::Critical);
    box->setTextFormat(Qt::RichText);
    box->setTextInteractionFlags(Qt::TextSelectableByMouse);
    box->setText("<p style='font-size:large; font-weight:600'>" + report.title.toHtmlEscaped() +
                 "</p>");
    QString text = "<p>" + report.whatHappened.toHtmlEscaped().replace("\n", "<br>") + "</p>";
    if (!report.whatToDo.isEmpty()) {
        text += "<p>" + report.whatToDo.toHtmlEscaped().replace("\n", "<br>") + "</p>";
    }
    // An invisible line keeps the box as wide as a comfortable text column.
    text += "<table width='460'><tr><td></td></tr></table>";
    box->setInformativeText(text);
    if (!report.details.isEmpty()) {
        box->setDetailedText(report.details);
    }
    QPushButton* close =
        box->addButton(report.canRetry ? "Give up" : "Close", QMessageBox::RejectRole);
    box->setEscapeButton(close);
    box->setDefaultButton(close);
    if (report.canRetry) {
        // The keys that answer trials and continue from screens must not end the session.
        close->setFocusPolicy(Qt::NoFocus);
        close->setAutoDefault(false);
        box->setDefaultButton(box->addButton("Try again", QMessageBox::AcceptRole));
    }
    return box;
}

ErrorChoice showError(const ErrorReport& report)
{
    const auto box = errorDialog(report);
    box->exec();
    const bool again = box->buttonRole(box->clickedButton()) == QMessageBox::AcceptRole;
    return again ? ErrorChoice::retry : ErrorChoice::close;
}

} // namespace mlab::ui
