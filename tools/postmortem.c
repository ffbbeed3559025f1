/* SPDX-License-Identifier: BSD-2-Clause */
/* scapula postmortem: tells what happened in the containers of a capture. */
#include "complain.h"
#include "verb.h"

int verb_postmortem(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return complain("postmortem is not there yet");
}
