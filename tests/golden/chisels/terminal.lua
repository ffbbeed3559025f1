-- SPDX-License-Identifier: BSD-2-Clause
-- Prints what a terminal obeys: colours and moves, which it may, and others.
description = "Prints escape sequences."
short_description = "escapes"
category = "Test"
args = {}

function on_init()
	print("\27[31mred\27[0m \27[2J\27[1;1H \27[?25l\27[?25h", "tab")
	io.write("\27]0;title\7 \27[6n \27c \27P+q\27\\ \27[?1000h \155", "\27", "[32m", "split", "\27[", "0m\n")
	io.stdout:write("\xc3\xa4 \xc2\x9b31m \xc3", "\xa4 \255 \0\8\n")
	return true
end
