// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/document/report_document.h"

#include <QDialog>

#include <filesystem>
#include <functional>
#include <vector>

class QListWidget;
class QScrollArea;

namespace mlab::ui {

/// Shows a report: its sections on the left, the content of the selected one on the right. The
/// text, tables and figures are those of the page that `save` writes. GUI thread.
class ReportWindow final : public QDialog {
    Q_OBJECT
public:
    /// @param save writes the report into a folder; its errors are shown
    ReportWindow(StudyReport report, std::function<void(const std::filesystem::path& folder)> save);

private:
    void showSection(int section);
    void saveAs();

    StudyReport report_;
    std::vector<ReportSection> document_;
    std::function<void(const std::filesystem::path& folder)> save_;
    QListWidget* sections_;
    QScrollArea* page_;
};

} // namespace mlab::ui
