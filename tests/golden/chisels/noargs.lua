-- SPDX-License-Identifier: BSD-2-Clause
description = "Says nothing of its arguments."
short_description = "no args"
category = "Test"
