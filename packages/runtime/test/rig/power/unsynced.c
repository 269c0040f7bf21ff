/*
 * What a disk may forget: a library for LD_PRELOAD that keeps, beside the files of one folder, what would bring them back to their last
 * sync. The files themselves are written as always, so that a process and all who look on see what they are used to. Whoever wants the power
 * to fail kills the process and applies what was kept (cut-power.ts).
 *
 *   UNSYNCED_FOLDER   files directly in this folder are watched, except -shm (of no worth after a loss of power), .log, .sock and .lock
 *   UNSYNCED_KEPT     a folder elsewhere, for what is kept
 *   UNSYNCED_LIES     set: a sync does nothing and says it did, as some disks do
 *   UNSYNCED_DIE      "WHAT NAME N": the process is killed at the Nth time that file NAME is written ("write", once it is), is to be
 *                     synced ("sync", before it is) or was ("synced", before anybody hears of it)
 *
 * KEPT/full         while there is such a file, nothing may become longer: ENOSPC
 * KEPT/NAME.undo   of a file NAME, oldest first: struct change, then the bytes that were there
 * KEPT/names       of the folder, oldest first, one a line: "made NAME", "moved OLD NEW ASIDE", "gone NAME ASIDE"
 * KEPT/aside-N     a file whose name was taken away; aside-N.undo what was kept of it
 *
 * Not seen: writes through mmap, copy_file_range and io_uring. SQLite writes with pwrite unless mmap_size is set; Node uses io_uring
 * for files only when told to.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 65536
#define REAL(name) ((__typeof__(&name))real(#name))

/* A write, or a change of length; all numbers as the machine has them. */
struct change {
  uint64_t offset;
  uint64_t length; /* written, or 0 for a change of length alone */
  uint64_t size;   /* of the file before */
  uint64_t kept;   /* bytes that follow: what stood there from `offset` on */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *names[FILES]; /* by descriptor: the name of a watched file, "" for the folder */
static char folder[PATH_MAX];
static char kept[PATH_MAX];
static int lies;
static unsigned aside;
static struct {
  char what[16], name[256];
  long left;
} death;

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found == NULL) abort();
  return found;
}

/* Says what is broken and ends: a test that goes on without what it keeps proves nothing. */
static void stop(const char *what) {
  fprintf(stderr, "unsynced: %s: %s\n", what, strerror(errno));
  abort();
}

__attribute__((constructor)) static void begin(void) {
  const char *watched = getenv("UNSYNCED_FOLDER");
  const char *keep = getenv("UNSYNCED_KEPT");
  if (watched == NULL || keep == NULL) return;
  if (realpath(watched, folder) == NULL || realpath(keep, kept) == NULL) stop("folder");
  lies = getenv("UNSYNCED_LIES") != NULL;
  aside = (unsigned)getpid() << 8;
  const char *die = getenv("UNSYNCED_DIE");
  if (die != NULL && sscanf(die, "%15s %255s %ld", death.what, death.name, &death.left) != 3) stop(die);
}

static void passes(const char *what, const char *name) {
  if (death.left > 0 && strcmp(what, death.what) == 0 && strcmp(name, death.name) == 0 && --death.left == 0) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
}

static int ends(const char *name, const char *end) {
  size_t length = strlen(name), tail = strlen(end);
  return length >= tail && strcmp(name + length - tail, end) == 0;
}

/* The name of a file of the folder, "" for the folder itself, NULL for all else. */
static const char *watched(const char *path, char *space) {
  if (folder[0] == 0 || path == NULL) return NULL;
  size_t length = strlen(folder);
  if (path[0] != '/') {
    if (getcwd(space, PATH_MAX) == NULL) return NULL;
    if (strlen(space) + strlen(path) + 2 > PATH_MAX) return NULL;
    strcat(strcat(space, "/"), path);
    path = space;
  }
  if (strncmp(path, folder, length) != 0) return NULL;
  if (path[length] == 0) return "";
  if (path[length] != '/') return NULL;
  const char *name = path + length + 1;
  if (name[0] == 0) return "";
  if (strchr(name, '/') != NULL) return NULL;
  if (ends(name, "-shm") || ends(name, ".log") || ends(name, ".sock") || ends(name, ".lock")) return NULL;
  return name;
}

static const char *in(const char *where, const char *name, const char *end, char *space) {
  snprintf(space, PATH_MAX, "%s/%s%s", where, name, end);
  return space;
}

static void append(const char *path, const struct iovec *parts, int count) {
  int file = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) stop(path);
  size_t all = 0;
  for (int n = 0; n < count; n++) all += parts[n].iov_len;
  /* One call, so that a kill leaves a record whole or at the end. */
  if (REAL(writev)(file, parts, count) != (ssize_t)all) stop(path);
  REAL(close)(file);
}

static void line(const char *text) {
  char space[PATH_MAX];
  struct iovec part = {(void *)text, strlen(text)};
  append(in(kept, "names", "", space), &part, 1);
}

/* Before `length` bytes are written at `offset`, or before the file gets the size `offset`. */
static void keep(int file, const char *name, uint64_t offset, uint64_t length) {
  char space[PATH_MAX];
  struct stat now;
  if (fstat(file, &now) != 0) stop(name);
  uint64_t size = (uint64_t)now.st_size;
  uint64_t end = length == 0 ? size : offset + length < size ? offset + length : size;
  struct change change = {offset, length, size, end > offset ? end - offset : 0};
  char *before = malloc(change.kept + 1);
  if (before == NULL) stop(name);
  /* The descriptor may be for writing only. */
  int reader = REAL(open)(in(folder, name, "", space), O_RDONLY | O_CLOEXEC);
  uint64_t got = 0;
  while (reader >= 0 && got < change.kept) {
    ssize_t some = pread(reader, before + got, change.kept - got, (off_t)(offset + got));
    if (some <= 0) stop(name);
    got += (uint64_t)some;
  }
  if (reader >= 0) REAL(close)(reader);
  if (got < change.kept) stop(name);
  struct iovec parts[2] = {{&change, sizeof change}, {before, change.kept}};
  append(in(kept, name, ".undo", space), parts, 2);
  free(before);
}

static void forget(const char *name) {
  char space[PATH_MAX];
  if (name[0] == 0) {
    REAL(unlink)(in(kept, "names", "", space));
    return;
  }
  REAL(unlink)(in(kept, name, ".undo", space));
}

/* Gives a file that loses its name another one, where it can be found again. */
static void putAside(const char *name, char *other) {
  char from[PATH_MAX], to[PATH_MAX];
  snprintf(other, 32, "aside-%u", aside++);
  if (link(in(folder, name, "", from), in(kept, other, "", to)) != 0) stop("aside");
  REAL(rename)(in(kept, name, ".undo", from), in(kept, other, ".undo", to));
}

static const char *nameOf(int file) { return file >= 0 && file < FILES ? names[file] : NULL; }

/* Whether the disk is full for a write that would make the file longer. */
static int full(int file, uint64_t end) {
  char space[PATH_MAX];
  struct stat now;
  if (access(in(kept, "full", "", space), F_OK) != 0 || fstat(file, &now) != 0) return 0;
  errno = ENOSPC;
  return end > (uint64_t)now.st_size;
}

static int opened(int file, const char *path, int flags, int there) {
  char space[PATH_MAX];
  if (file < 0 || file >= FILES) return file;
  const char *name = watched(path, space);
  pthread_mutex_lock(&lock);
  free(names[file]);
  names[file] = name == NULL ? NULL : strdup(name);
  if (name != NULL && name[0] != 0 && !there && (flags & O_CREAT)) {
    char text[PATH_MAX];
    snprintf(text, sizeof text, "made %s\n", name);
    line(text);
  }
  pthread_mutex_unlock(&lock);
  return file;
}

static int openBy(const char *which, const char *path, int flags, mode_t mode) {
  char space[PATH_MAX];
  int there = watched(path, space) == NULL || access(path, F_OK) == 0;
  if (there && (flags & O_TRUNC) && watched(path, space) != NULL) {
    const char *name = watched(path, space);
    int file = REAL(open)(path, O_RDONLY | O_CLOEXEC);
    pthread_mutex_lock(&lock);
    if (file >= 0) keep(file, name, 0, 0);
    pthread_mutex_unlock(&lock);
    if (file >= 0) REAL(close)(file);
  }
  return opened(((int (*)(const char *, int, ...))real(which))(path, flags, mode), path, flags, there);
}

#define MODE(flags)                                                                                                                        \
  mode_t mode = 0;                                                                                                                         \
  if ((flags) & (O_CREAT | O_TMPFILE)) {                                                                                                   \
    va_list rest;                                                                                                                          \
    va_start(rest, flags);                                                                                                                 \
    mode = va_arg(rest, mode_t);                                                                                                           \
    va_end(rest);                                                                                                                          \
  }

int open(const char *path, int flags, ...) {
  MODE(flags)
  return openBy("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE(flags)
  return openBy("open64", path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
  MODE(flags)
  if (at == AT_FDCWD || path[0] == '/') return openBy("open", path, flags, mode);
  return REAL(openat)(at, path, flags, mode);
}

int close(int file) {
  pthread_mutex_lock(&lock);
  if (nameOf(file) != NULL) {
    free(names[file]);
    names[file] = NULL;
  }
  pthread_mutex_unlock(&lock);
  return REAL(close)(file);
}

/* Keeps and does under one lock: what is kept is in the order of what is done. */
#define DO(type, file, offset, length, act)                                                                                                \
  const char *name = nameOf(file);                                                                                                         \
  if (name == NULL || name[0] == 0) return act;                                                                                            \
  if ((length) > 0 && full(file, (offset) + (length))) return -1;                                                                          \
  pthread_mutex_lock(&lock);                                                                                                               \
  keep(file, name, offset, length);                                                                                                        \
  type done = act;                                                                                                                         \
  passes("write", name);                                                                                                                   \
  pthread_mutex_unlock(&lock);                                                                                                             \
  return done;

static uint64_t at(int file) {
  struct stat now;
  if ((fcntl(file, F_GETFL) & O_APPEND) != 0 && fstat(file, &now) == 0) return (uint64_t)now.st_size;
  return (uint64_t)lseek(file, 0, SEEK_CUR);
}

static uint64_t sum(const struct iovec *parts, int count) {
  uint64_t all = 0;
  for (int n = 0; n < count; n++) all += parts[n].iov_len;
  return all;
}

ssize_t write(int file, const void *bytes, size_t length) {
  DO(ssize_t, file, at(file), length, REAL(write)(file, bytes, length))
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  DO(ssize_t, file, at(file), sum(parts, count), REAL(writev)(file, parts, count))
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
  DO(ssize_t, file, (uint64_t)offset, length, REAL(pwrite)(file, bytes, length, offset))
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
  DO(ssize_t, file, (uint64_t)offset, length, REAL(pwrite64)(file, bytes, length, offset))
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
  DO(ssize_t, file, (uint64_t)offset, sum(parts, count), REAL(pwritev)(file, parts, count, offset))
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t offset) {
  DO(ssize_t, file, (uint64_t)offset, sum(parts, count), REAL(pwritev64)(file, parts, count, offset))
}

int ftruncate(int file, off_t size) { DO(int, file, (uint64_t)size, 0, REAL(ftruncate)(file, size)) }

int ftruncate64(int file, off64_t size) { DO(int, file, (uint64_t)size, 0, REAL(ftruncate64)(file, size)) }

static int sync_(const char *which, int file) {
  const char *name = nameOf(file);
  if (name == NULL) return ((int (*)(int))real(which))(file);
  pthread_mutex_lock(&lock);
  /* No real sync: what the machine's own disk does is not what is asked, and the lock is held. */
  passes("sync", name);
  if (!lies) forget(name);
  passes("synced", name);
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int file) { return sync_("fsync", file); }
int fdatasync(int file) { return sync_("fdatasync", file); }

int unlink(const char *path) {
  char space[PATH_MAX], text[PATH_MAX + 64], other[32];
  const char *name = watched(path, space);
  if (name == NULL || name[0] == 0 || access(path, F_OK) != 0) return REAL(unlink)(path);
  pthread_mutex_lock(&lock);
  putAside(name, other);
  snprintf(text, sizeof text, "gone %s %s\n", name, other);
  line(text);
  int done = REAL(unlink)(path);
  pthread_mutex_unlock(&lock);
  return done;
}

int unlinkat(int at_, const char *path, int flags) {
  if ((at_ == AT_FDCWD || path[0] == '/') && flags == 0) return unlink(path);
  return REAL(unlinkat)(at_, path, flags);
}

int rename(const char *from, const char *to) {
  char one[PATH_MAX], two[PATH_MAX], text[3 * PATH_MAX], other[32] = "-";
  const char *old = watched(from, one), *new = watched(to, two);
  if (old == NULL || new == NULL || old[0] == 0 || access(from, F_OK) != 0) return REAL(rename)(from, to);
  pthread_mutex_lock(&lock);
  if (access(to, F_OK) == 0) putAside(new, other);
  snprintf(text, sizeof text, "moved %s %s %s\n", old, new, other);
  line(text);
  int done = REAL(rename)(from, to);
  if (done == 0) REAL(rename)(in(kept, old, ".undo", one), in(kept, new, ".undo", two));
  pthread_mutex_unlock(&lock);
  return done;
}
