// Preloaded by tests: makes this machine look like a virtual AMD processor that reports no cache sizes, and fills aligned memory with 0xFF.
//
// HIDE_CACHES=1    CPUID says AuthenticAMD, and leaves 4 and 0x8000001D (the cache sizes) are zero. The kernel makes CPUID fault
//                  (arch_prctl ARCH_SET_CPUID, Intel since Ivy Bridge, AMD since Zen 5), and the handler below answers instead.
// POISON_MEMORY=1  posix_memalign fills what it gives with 0xFF, which is NaN in single precision and bfloat16. Torch takes all
//                  tensors and oneDNN all buffers from it, so reading memory that was never written is seen at once.
// CLAIM_BFLOAT16=1 /proc/cpuinfo names avx512_bf16, so that Sentinel trains in bfloat16. oneDNN asks CPUID, not this file, and emulates bfloat16
//                  where the processor lacks it: slower, but by the same choice of blocks and with the same fault.
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <cpuid.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static struct sigaction previous;
static int hiding;

static int (*real_sigaction)(int, const struct sigaction *, struct sigaction *);

static void answer(ucontext_t *context) {
  greg_t *registers = context->uc_mcontext.gregs;
  unsigned leaf = registers[REG_RAX], subleaf = registers[REG_RCX], a, b, c, d;
  syscall(SYS_arch_prctl, ARCH_SET_CPUID, 1);
  __cpuid_count(leaf, subleaf, a, b, c, d);
  syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0);
  if (leaf == 0 || leaf == 0x80000000) {
    if (leaf && a < 0x80000020) a = 0x80000020;
    memcpy(&b, "Auth", 4), memcpy(&d, "enti", 4), memcpy(&c, "cAMD", 4);
  } else if (leaf == 4 || leaf == 0x8000001D || leaf == 2 || leaf == 0x80000005 || leaf == 0x80000006) {
    a = b = c = d = 0;
  }
  registers[REG_RAX] = a, registers[REG_RBX] = b, registers[REG_RCX] = c, registers[REG_RDX] = d;
  registers[REG_RIP] += 2;
}

static void on_fault(int signal, siginfo_t *info, void *context) {
  const unsigned char *code = (const unsigned char *)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
  // A jump to a bad address faults with the address of the code itself: there is nothing to read then.
  if ((const void *)code != info->si_addr && code[0] == 0x0F && code[1] == 0xA2) {
    answer(context);
  } else if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler == SIG_DFL) {
    real_sigaction(SIGSEGV, &previous, NULL);
  } else if (previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  }
}

// The runtime's handler comes behind ours, whenever it is set.
int sigaction(int number, const struct sigaction *wanted, struct sigaction *old) {
  if (!real_sigaction) real_sigaction = dlsym(RTLD_NEXT, "sigaction");
  if (number != SIGSEGV || !hiding) return real_sigaction(number, wanted, old);
  if (old) *old = previous;
  if (wanted) previous = *wanted;
  return 0;
}

__attribute__((constructor)) static void hide(void) {
  const char *wish = getenv("HIDE_CACHES");
  if (!wish || *wish != '1') return;
  real_sigaction = dlsym(RTLD_NEXT, "sigaction");
  struct sigaction ours = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  real_sigaction(SIGSEGV, &ours, &previous);
  if (syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0) != 0) {
    fprintf(stderr, "hidden_caches: this processor or kernel cannot make CPUID fault.\n");
    _exit(77);
  }
  hiding = 1;
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  static int (*real)(void **, size_t, size_t);
  static int poison = -1;
  if (!real) real = dlsym(RTLD_NEXT, "posix_memalign");
  if (poison < 0) {
    const char *wish = getenv("POISON_MEMORY");
    poison = wish && *wish == '1';
  }
  int result = real(memory, alignment, size);
  if (result == 0 && poison) memset(*memory, 0xFF, size);
  return result;
}

static int wished(const char *name) {
  const char *wish = getenv(name);
  return wish && *wish == '1';
}

// A copy of /proc/cpuinfo whose flags name avx512_bf16.
static int claimed_processor(int (*real)(const char *, int, ...)) {
  int from = real("/proc/cpuinfo", O_RDONLY | O_CLOEXEC), to = memfd_create("cpuinfo", MFD_CLOEXEC);
  static char text[1 << 20];
  ssize_t length = 0, more;
  while ((more = read(from, text + length, sizeof text - 1 - length)) > 0) length += more;
  close(from);
  for (char *at = text, *flags; (flags = memmem(at, text + length - at, "flags\t\t:", 8)); at = flags + 8) {
    if (write(to, at, flags + 8 - at) < 0 || write(to, " avx512_bf16", 12) < 0) break;
    if (!memmem(flags + 8, text + length - flags - 8, "flags\t\t:", 8) && write(to, flags + 8, text + length - flags - 8) < 0) break;
  }
  lseek(to, 0, SEEK_SET);
  return to;
}

int open(const char *path, int flags, ...) {
  static int (*real)(const char *, int, ...);
  if (!real) real = dlsym(RTLD_NEXT, "open");
  if (wished("CLAIM_BFLOAT16") && strcmp(path, "/proc/cpuinfo") == 0) return claimed_processor(real);
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  return real(path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));
