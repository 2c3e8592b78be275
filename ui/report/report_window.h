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
    using Save = std::function<void(const std::filesystem::path& folder)>;
    using Compare = std::function<void(const std::filesystem::path& models)>;

    /// @param save writes the report into a folder; its errors are shown
    /// @param compare compares the networks of a list with people and shows the result, with its
    ///        errors; if empty, the window does not offer it
    ReportWindow(StudyReport report, Save save, Compare compare = {});

private:
    void showSection(int section);
    void saveAs();
    void chooseModels();

    StudyReport report_;
    std::vector<ReportSection> document_;
    Save save_;
    Compare compare_;
    QListWidget* sections_;
    QScrollArea* page_;
};

} // namespace mlab::ui
