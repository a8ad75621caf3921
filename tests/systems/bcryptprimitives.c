/* The one function of bcryptprimitives.dll that Rust's standard library calls,
   for a wine that lacks the library: random bytes, by the way that wine has. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    return RtlGenRandom(data, (ULONG)length);
}
