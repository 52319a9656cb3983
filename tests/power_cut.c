/* Keeps what a power cut would leave: of every file its bytes as of its last sync, of every folder its names as of the
   last sync of the folder. For LD_PRELOAD; POWER_CUT names the folder that keeps them. Linux. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void kept(char *name, ino_t inode, const char *kind) {
    snprintf(name, PATH_MAX, "%s/%s-%lu", getenv("POWER_CUT"), kind, (unsigned long)inode);
}

static void keep_names(const char *path, ino_t inode) {
    char name[PATH_MAX], part[PATH_MAX + 8];
    kept(name, inode, "folder");
    snprintf(part, sizeof part, "%s.part", name);
    DIR *folder = opendir(path);
    FILE *out = fopen(part, "w");
    struct dirent *one;
    if (!folder || !out) abort();
    while ((one = readdir(folder)))
        if (strcmp(one->d_name, ".") && strcmp(one->d_name, "..")) fprintf(out, "%lu %s\n", (unsigned long)one->d_ino, one->d_name);
    fclose(out);
    closedir(folder);
    rename(part, name);
}

static void keep_bytes(const char *path, ino_t inode) {
    char name[PATH_MAX], part[PATH_MAX + 8], buffer[65536];
    ssize_t got;
    kept(name, inode, "file");
    snprintf(part, sizeof part, "%s.part", name);
    int in = open(path, O_RDONLY | O_CLOEXEC), out = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0) abort();
    while ((got = read(in, buffer, sizeof buffer)) > 0)
        if (write(out, buffer, got) != got) abort();
    close(in);
    close(out);
    rename(part, name);
}

static int synced(int fd, const char *symbol) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, symbol);
    struct stat what;
    char link[64], path[PATH_MAX];
    int done = real(fd);
    if (done || !getenv("POWER_CUT") || fstat(fd, &what)) return done;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return done;
    path[length] = 0;
    if (S_ISDIR(what.st_mode)) keep_names(path, what.st_ino);
    if (S_ISREG(what.st_mode) && what.st_nlink) keep_bytes(path, what.st_ino);
    return done;
}

int fsync(int fd) { return synced(fd, "fsync"); }
int fdatasync(int fd) { return synced(fd, "fdatasync"); }
