-- SPDX-License-Identifier: BSD-2-Clause
view_info = { id = "x", name = "X" }
