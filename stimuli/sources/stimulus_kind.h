// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/stimulus/stimulus.h"
#include "stimuli/sources/stimulus_folder.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mlab::stimuli {

/// An opened file of pictures or sounds, from which stimuli of one format are taken.
class SourceFile {
public:
    SourceFile() = default;
    SourceFile(const SourceFile&) = delete;
    SourceFile& operator=(const SourceFile&) = delete;
    virtual ~SourceFile() = default;

    /// The middle of the picture or sound, which becomes the reference.
    /// @throws IoError naming the file and what is wrong with it
    virtual Stimulus middle() = 0;
    /// A random part of it, as pools take it. @throws IoError as middle()
    virtual Stimulus randomPart(RandomStream& random) = 0;
    /// Checks whether the file can be used, which is cheaper if opening it is enough.
    /// @throws IoError as middle()
    virtual void check() = 0;
    /// What the experimenter should know about how its stimuli are made, "" for nothing.
    virtual std::string remark() { return {}; }
    /// Whether its middle has one colour throughout: no feature of it can be moved.
    virtual bool isUniform() { return false; }
};

/// What the program needs from images or sounds, except what needs tensors (stimuli/spaces): one
/// implementation for each modality, without state. Formats and stimuli given to a kind must be of
/// its own modality.
class StimulusKind {
public:
    StimulusKind() = default;
    StimulusKind(const StimulusKind&) = delete;
    StimulusKind& operator=(const StimulusKind&) = delete;
    virtual ~StimulusKind() = default;

    /// "image" or "sound", and what is searched for in folders.
    virtual const FolderKind& folder() const = 0;

    /// @throws InvalidArgument for a format that stimuli cannot have
    virtual void requireUsable(const StimulusFormat& format) const = 0;
    /// The numbers of a format under their names in cache keys.
    virtual nlohmann::ordered_json formatJson(const StimulusFormat& format) const = 0;

    /// "dead-leaves-01"
    virtual std::string builtinId(int index) const = 0;
    virtual Stimulus builtin(std::uint64_t seed, int index, const StimulusFormat& format) const = 0;
    /// @throws IoError naming the file and what is wrong with it
    virtual std::unique_ptr<SourceFile> open(const std::filesystem::path& file,
                                             const StimulusFormat& format) const = 0;

    /// Names the stream of random numbers that decides the parts of a pool.
    virtual std::string_view poolStream() const = 0;
    /// Version of the built-in stimuli, or of how files are read and their parts chosen: part of a
    /// pool's hash.
    virtual std::string_view poolVersion(bool builtin) const = 0;
    /// What is done to this file and not to others, for the pool's hash; "" for nothing.
    virtual std::string poolFile(const std::filesystem::path& /*file*/,
                                 const StimulusFormat& /*format*/) const
    {
        return {};
    }
    /// The format in a pool's hash.
    virtual std::string poolFormat(const StimulusFormat& format) const = 0;

    /// ".png" or ".wav": the lossless format in which a stimulus is kept.
    virtual std::string_view fileEnding() const = 0;
    /// @throws IoError naming the file
    virtual void write(const std::filesystem::path& file, const Stimulus& stimulus) const = 0;
    /// Reads what write() wrote. @throws IoError naming the file
    virtual Stimulus read(const std::filesystem::path& file) const = 0;
    /// The key under which a record holds the hash of the pixels or samples.
    virtual const char* hashKey() const = 0;
    /// The column of its file in the table of a study: "picture" or "sound".
    virtual const char* fileColumn() const = 0;
    /// What shows or plays a file in a web page.
    /// @param address of the file, encoded for a URL
    /// @param alt     the text in its place, with characters escaped for HTML
    virtual std::string htmlElement(const std::string& address, const std::string& alt) const = 0;
    /// The size of a stimulus as stored in records.
    virtual nlohmann::ordered_json sizeJson(const Stimulus& stimulus) const = 0;
};

const StimulusKind& kindOf(const StimulusFormat& format);
const StimulusKind& kindOf(const Stimulus& stimulus);
/// All of them.
std::span<const StimulusKind* const> stimulusKinds();

} // namespace mlab::stimuli
