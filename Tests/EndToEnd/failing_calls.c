// Makes system calls on some files fail. It is loaded before the C library (LD_PRELOAD), by test_injected_faults.py.
//
// FAIL_PATHS   the paths of the files, separated by colons; a call that moves one of them counts as well
// FAIL_CALL    the names of the calls that fail, such as pwrite or fdatasync:ftruncate; relatives such as pwrite64 have
//              the same name
// FAIL_AT      the number of the first of these calls that fails, counted from 1
// FAIL_TIMES   how many fail from there on
// FAIL_AS      the errno; 0 for a write of only half of the bytes
// FAIL_LOG     a file to which the name of each call on the files is appended
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int calls;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_in(const char *list, const char *name) {
  size_t length = strlen(name);
  while (list && length) {
    if (!strncmp(list, name, length) && (list[length] == ':' || !list[length])) return 1;
    list = strchr(list, ':');
    if (list) list++;
  }
  return 0;
}

static int is_listed(const char *path) { return is_in(getenv("FAIL_PATHS"), path); }

static int is_open_at(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_listed(path);
}

static int number(const char *name, int otherwise) {
  const char *text = getenv(name);
  return text ? atoi(text) : otherwise;
}

// The errno with which a call on a listed file fails; -1 if it succeeds.
static int fault(const char *name) {
  int saved = errno;
  const char *log = getenv("FAIL_LOG");
  int file = log ? NEXT(open)(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
  if (file >= 0) {
    dprintf(file, "%s\n", name);
    close(file);
  }
  errno = saved;
  if (!is_in(getenv("FAIL_CALL"), name)) return -1;
  int count = atomic_fetch_add(&calls, 1) + 1, first = number("FAIL_AT", 1);
  return count >= first && count - first < number("FAIL_TIMES", 1) ? number("FAIL_AS", EIO) : -1;
}

#define FAIL_OR_HALVE(name, size)                                                                                     \
  int code = is_open_at(file) ? fault(name) : -1;                                                                     \
  if (code > 0) {                                                                                                     \
    errno = code;                                                                                                     \
    return -1;                                                                                                        \
  }                                                                                                                   \
  if (code == 0 && size > 1) size /= 2;

#define FAIL(name, concerned)                                                                                         \
  int code = concerned ? fault(name) : -1;                                                                            \
  if (code > 0) {                                                                                                     \
    errno = code;                                                                                                     \
    return -1;                                                                                                        \
  }

ssize_t write(int file, const void *bytes, size_t size) {
  FAIL_OR_HALVE("write", size)
  return NEXT(write)(file, bytes, size);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) {
  FAIL_OR_HALVE("pwrite", size)
  return NEXT(pwrite)(file, bytes, size, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset) {
  FAIL_OR_HALVE("pwrite", size)
  return NEXT(pwrite64)(file, bytes, size, offset);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  FAIL_OR_HALVE("writev", count)
  return NEXT(writev)(file, parts, count);
}

int fsync(int file) {
  FAIL("fsync", is_open_at(file))
  return NEXT(fsync)(file);
}

int fdatasync(int file) {
  FAIL("fdatasync", is_open_at(file))
  return NEXT(fdatasync)(file);
}

int ftruncate(int file, off_t size) {
  FAIL("ftruncate", is_open_at(file))
  return NEXT(ftruncate)(file, size);
}

int ftruncate64(int file, off64_t size) {
  FAIL("ftruncate", is_open_at(file))
  return NEXT(ftruncate64)(file, size);
}

int rename(const char *old, const char *new) {
  FAIL("rename", is_listed(old) || is_listed(new))
  return NEXT(rename)(old, new);
}

#define MODE                                                                                                          \
  mode_t mode = 0;                                                                                                    \
  if (flags & (O_CREAT | O_TMPFILE)) {                                                                                \
    va_list more;                                                                                                     \
    va_start(more, flags);                                                                                            \
    mode = va_arg(more, mode_t);                                                                                      \
    va_end(more);                                                                                                     \
  }

int open(const char *path, int flags, ...) {
  MODE
  FAIL("open", is_listed(path))
  return NEXT(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE
  FAIL("open", is_listed(path))
  return NEXT(open64)(path, flags, mode);
}
