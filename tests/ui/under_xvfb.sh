#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a test that opens windows on a virtual screen of known size.
exec xvfb-run -a -s "-screen 0 1280x1024x24" "$@"
