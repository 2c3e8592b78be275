// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace mlab {

/// Base of every error the program reports. The message says what happened, to which file or
/// value, and what to do about it; it is shown to people as it is.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A value given by the caller or by a person is outside what the operation accepts.
class InvalidArgument : public Error {
public:
    using Error::Error;
};

/// A file could not be read, written or decoded.
class IoError : public Error {
public:
    using Error::Error;
};

/// The trial store refused an operation (disk full, locked, read-only, newer version).
class DatabaseError : public Error {
public:
    using Error::Error;
};

/// A screen, sound card or GPU could not do what was asked of it.
class DeviceError : public Error {
public:
    using Error::Error;
};

/// A computation gave no usable number (NaN weights, a singular matrix).
class NumericError : public Error {
public:
    using Error::Error;
};

/// The program contradicts itself: a mistake in it, never something that a person gave. The message
/// is for the program's developers; runProgram() asks the user to report it.
class InternalError : public Error {
public:
    using Error::Error;
};

/// Work was stopped because its result is no longer wanted.
class Cancelled : public Error {
public:
    Cancelled() : Error("cancelled") {}
};

} // namespace mlab
