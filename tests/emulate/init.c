// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   First and only process of an emulated computer: run /kernels for AVX-512, say
   how it ended, and switch the computer off.
*/

#include <sys/reboot.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <stdio.h>

/// Run /kernels, and return how it ended, as waitpid() says it
static int
run_kernels(void)
{
  int         status = -1;
  const pid_t child  = fork();
  if (child == 0) {
    execl("/kernels", "kernels", "avx512", (char*)NULL);
    _exit(127);
  }

  waitpid(child, &status, 0);
  return status;
}

int
main(void)
{
  const int status = run_kernels();
  if (WIFSIGNALED(status)) {
    printf("init: kernels ended with signal %d\n", WTERMSIG(status));
  } else {
    printf("init: kernels ended with status %d\n", WEXITSTATUS(status));
  }
  (void)fflush(stdout);

  tcdrain(STDOUT_FILENO); // Else the serial port loses the end
  reboot(RB_POWER_OFF);
  return 1;
}
