// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "tests/e2e/csv_rows.h"
#include "tests/e2e/process.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mlab {

/// A store of simulated participants that networks are compared with.
class ComparedStore {
public:
    /// Runs a session of participant S1, S2, ... for each observer.
    void answer(const std::string& design, const std::vector<std::string>& observers) const
    {
        const auto path = folder_ / "design.json";
        writeFileAtomically(path, design);
        for (std::size_t i = 0; i < observers.size(); ++i) {
            const auto name = "S" + std::to_string(i + 1);
            writeFileAtomically(folder_ / (name + ".json"), observers[i]);
            const auto session =
                run({MLAB_PROGRAM, "run", path, "--db", database(), "--participant", name,
                     "--observer", folder_ / (name + ".json"), "--display", "none", "--pace",
                     "fast", "--cache", folder_ / "cache", "--threads", "1"});
            ASSERT_EQ(session.code, 0) << session.out;
        }
    }

    std::vector<std::string> command(const std::string& models, const std::string& out,
                                     const std::vector<std::string>& more = {}) const
    {
        writeFileAtomically(folder_ / "models.json", models);
        std::vector<std::string> words = {MLAB_PROGRAM,     "compare",     "--db",
                                          database(),       "--models",    folder_ / "models.json",
                                          "--out",          folder_ / out, "--cache",
                                          folder_ / "cache"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }

    // Name and content of every table.
    std::map<std::string, std::string> tables(const std::string& out) const
    {
        std::map<std::string, std::string> files;
        for (const auto& entry : std::filesystem::directory_iterator(folder_ / out)) {
            if (entry.path().extension() == ".csv") {
                files[entry.path().filename()] = readFile(entry.path());
            }
        }
        return files;
    }

    std::string database() const { return folder_ / "s.sqlite"; }
    const std::filesystem::path& folder() const { return folder_; }

private:
    TemporaryFolder scratch_;
    std::filesystem::path folder_ = scratch_.path();
};

} // namespace mlab
