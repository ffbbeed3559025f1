-- SPDX-License-Identifier: BSD-2-Clause
description = "For other chisels only."
short_description = "hidden"
category = "Test"
hidden = true
args = {}
