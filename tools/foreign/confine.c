// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/confine.h"

#include "core/base/setup/utf8.h"
#include "tools/base/allocate.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// What an answer begins with, so that an empty or cut one is told
#define MAGIC 0x4C4D5541U

// Longer than a busy machine takes to give a process its time [s]
#define PATIENCE_S 60

/// What is before the bytes of an answer
typedef struct {
  uint32_t magic;
  uint32_t code; ///< LmuExit
  uint32_t kind;
  uint32_t reserved;
  uint64_t n_bytes; ///< Of the data, or of the message
} Header;

/// Bytes as they arrive
typedef struct {
  uint8_t* data;
  size_t   n_bytes;
  size_t   room;
} Buffer;

/* In the confined process */

/// Do the work and answer; it never returns
static void
answer_and_exit(const LmuConfined* const work, const int file)
{
  FILE* const stream = fdopen(file, "wb");
  if (!stream) {
    _exit(EXIT_FAILURE);
  }
  lmu_sandbox_enter(&work->sandbox, file);

  LmuAnswer     answer = {0U, NULL, 0U};
  LmuFailure    error  = {LMU_EXIT_SUCCESS, ""};
  const LmuExit status = work->run(&answer, &error, work->input);
  const void*   bytes  = status ? (const void*)error.text : answer.data;
  const size_t  size   = status ? strlen(error.text) : answer.n_bytes;
  const Header  header = {MAGIC, (uint32_t)status, answer.kind, 0U, size};

  const bool written = fwrite(&header, sizeof(header), 1U, stream) == 1U &&
                       fwrite(bytes, 1U, size, stream) == size &&
                       !fflush(stream);
  free(answer.data);
  _exit(written ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* In this one */

/// Read on; return whether there may be more
static bool
receive(Buffer* const buffer, const int file)
{
  if (buffer->n_bytes == buffer->room) {
    buffer->room = buffer->room ? 2U * buffer->room : 65536U;
    buffer->data = (uint8_t*)lmu_reallocate(buffer->data, buffer->room, 1U);
  }

  const ssize_t n =
    read(file, buffer->data + buffer->n_bytes, buffer->room - buffer->n_bytes);
  buffer->n_bytes += n > 0 ? (size_t)n : 0U;
  return n > 0 || (n < 0 && errno == EINTR);
}

static int64_t
now_s(void)
{
  struct timespec now = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec;
}

/// Read to the end; return false if it is too much, or takes too long
static bool
receive_all(Buffer* const buffer, const int file)
{
  const int64_t end  = now_s() + PATIENCE_S;
  bool          more = true;
  while (more && buffer->n_bytes <= LMU_MAX_ANSWER + sizeof(Header)) {
    struct pollfd event = {file, POLLIN, 0};
    const int     ready = poll(&event, 1U, 1000);
    if (now_s() > end) {
      return false;
    }
    more = ready > 0 ? receive(buffer, file) : (!ready || errno == EINTR);
  }
  return !more;
}

/// Wait until a process has ended, and return how
static int
wait_for(const pid_t process)
{
  int   how    = 0;
  pid_t waited = 0;
  do {
    waited = waitpid(process, &how, 0);
  } while (waited < 0 && errno == EINTR);
  return how;
}

/// Take what the work said is wrong
static LmuExit
take_message(LmuFailure* const   error,
             const Header* const header,
             Buffer*             buffer)
{
  const char* const text = (const char*)(buffer->data + sizeof(*header));
  const size_t      size = header->n_bytes < sizeof(error->text)
                             ? (size_t)header->n_bytes
                             : sizeof(error->text) - 1U;
  memcpy(error->text, text, size);
  error->text[size] = '\0';
  lmu_utf8_clean(error->text);
  error->code = (LmuExit)header->code;
  return error->code;
}

/// Read an answer; return whether it makes sense
static bool
take_answer(LmuAnswer* const  answer,
            LmuExit* const    status,
            LmuFailure* const error,
            Buffer* const     buffer)
{
  Header header = {0U, 0U, 0U, 0U, 0U};
  if (buffer->n_bytes < sizeof(header)) {
    return false;
  }
  memcpy(&header, buffer->data, sizeof(header));
  if (header.magic != MAGIC || header.code > LMU_EXIT_BAD_INPUT ||
      header.n_bytes != buffer->n_bytes - sizeof(header)) {
    return false;
  }
  if (header.code) {
    *status = take_message(error, &header, buffer);
    return true;
  }

  memmove(buffer->data, buffer->data + sizeof(header), header.n_bytes);
  answer->kind    = header.kind;
  answer->data    = buffer->data;
  answer->n_bytes = (size_t)header.n_bytes;
  buffer->data    = NULL;
  *status         = LMU_EXIT_SUCCESS;
  return true;
}

/// Say why there is no answer
static LmuExit
describe(LmuFailure* const        error,
         const LmuConfined* const work,
         const int                how,
         const bool               whole)
{
  const bool slow = !whole || (WIFSIGNALED(how) && (WTERMSIG(how) == SIGXCPU ||
                                                    WTERMSIG(how) == SIGKILL));
  const bool memory = WIFEXITED(how) && WEXITSTATUS(how) == LMU_EXIT_NO_MEMORY;
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "%s: reading it %s, so it is damaged or made to do "
                         "harm; get another copy",
                         work->path,
                         slow     ? "takes too long"
                         : memory ? "takes too much memory"
                                  : "crashes the library for such files");
}

static LmuExit
cannot_start(LmuFailure* const error)
{
  return lmu_failure_set(error,
                         LMU_EXIT_NO_MEMORY,
                         "cannot start a process: %s; end others",
                         strerror(errno));
}

/// Take the answer of a process
static LmuExit
finish(LmuAnswer* const         answer,
       LmuFailure* const        error,
       const LmuConfined* const work,
       const pid_t              process,
       const int                file)
{
  Buffer     buffer = {NULL, 0U, 0U};
  const bool whole  = receive_all(&buffer, file);
  if (!whole) {
    (void)kill(process, SIGKILL);
  }

  LmuExit    status = LMU_EXIT_SUCCESS;
  const int  how    = wait_for(process);
  const bool ended  = whole && WIFEXITED(how) && !WEXITSTATUS(how);
  if (!ended || !take_answer(answer, &status, error, &buffer)) {
    status = describe(error, work, how, whole);
  }
  free(buffer.data);
  return status;
}

LmuExit
lmu_confine(LmuAnswer* const         answer,
            LmuFailure* const        error,
            const LmuConfined* const work)
{
  int ends[2] = {-1, -1};
  memset(answer, 0, sizeof(*answer));
  if (pipe(ends)) {
    return cannot_start(error);
  }

  // What is buffered would be written twice
  (void)fflush(NULL);
  const pid_t process = fork();
  if (process < 0) {
    (void)close(ends[0]);
    (void)close(ends[1]);
    return cannot_start(error);
  }
  if (!process) {
    (void)close(ends[0]);
    answer_and_exit(work, ends[1]);
  }

  (void)close(ends[1]);
  const LmuExit status = finish(answer, error, work, process, ends[0]);
  (void)close(ends[0]);
  return status;
}
