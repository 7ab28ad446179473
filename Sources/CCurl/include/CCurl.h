// The part of libcurl's stable binary interface that the providers use, declared by hand, so that neither the build nor
// the program's start needs libcurl. `ccurl_load` opens the library; call nothing else before it has succeeded.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ccurl_easy ccurl_easy;
typedef struct ccurl_multi ccurl_multi;
typedef struct ccurl_list ccurl_list;

enum {  // CURLcode
  CURLE_OK = 0, CURLE_UNSUPPORTED_PROTOCOL = 1, CURLE_COULDNT_RESOLVE_PROXY = 5, CURLE_COULDNT_RESOLVE_HOST = 6,
  CURLE_COULDNT_CONNECT = 7, CURLE_WEIRD_SERVER_REPLY = 8, CURLE_HTTP2 = 16, CURLE_PARTIAL_FILE = 18,
  CURLE_WRITE_ERROR = 23, CURLE_OUT_OF_MEMORY = 27, CURLE_OPERATION_TIMEDOUT = 28, CURLE_SSL_CONNECT_ERROR = 35,
  CURLE_GOT_NOTHING = 52, CURLE_SEND_ERROR = 55, CURLE_RECV_ERROR = 56, CURLE_PEER_FAILED_VERIFICATION = 60,
  CURLE_BAD_CONTENT_ENCODING = 61, CURLE_SSL_CACERT_BADFILE = 77, CURLE_HTTP2_STREAM = 92, CURLE_PROXY = 97,
  CURLE_TOO_LARGE = 100,
};

enum {  // CURLoption: numbers, texts and pointers (10000), functions (20000), large numbers (30000)
  CURLOPT_SSLVERSION = 32, CURLOPT_NOPROGRESS = 43, CURLOPT_POST = 47, CURLOPT_FOLLOWLOCATION = 52,
  CURLOPT_FRESH_CONNECT = 74, CURLOPT_FORBID_REUSE = 75, CURLOPT_HTTPGET = 80, CURLOPT_HTTP_VERSION = 84,
  CURLOPT_NOSIGNAL = 99, CURLOPT_CONNECTTIMEOUT_MS = 156, CURLOPT_HTTP_CONTENT_DECODING = 158, CURLOPT_PROTOCOLS = 181,
  CURLOPT_TCP_KEEPALIVE = 213, CURLOPT_PIPEWAIT = 237, CURLOPT_SUPPRESS_CONNECT_HEADERS = 265,
  CURLOPT_HTTP09_ALLOWED = 285, CURLOPT_CA_CACHE_TIMEOUT = 321, CURLOPT_WRITEDATA = 10001, CURLOPT_URL = 10002,
  CURLOPT_PROXY = 10004, CURLOPT_READDATA = 10009, CURLOPT_ERRORBUFFER = 10010, CURLOPT_POSTFIELDS = 10015,
  CURLOPT_USERAGENT = 10018, CURLOPT_HTTPHEADER = 10023, CURLOPT_HEADERDATA = 10029, CURLOPT_XFERINFODATA = 10057,
  CURLOPT_CAINFO = 10065, CURLOPT_CAPATH = 10097, CURLOPT_ACCEPT_ENCODING = 10102, CURLOPT_PRIVATE = 10103,
  CURLOPT_OPENSOCKETDATA = 10164, CURLOPT_COPYPOSTFIELDS = 10165, CURLOPT_NOPROXY = 10177, CURLOPT_RESOLVE = 10203,
  CURLOPT_PROXY_CAINFO = 10246, CURLOPT_PROXY_CAPATH = 10247, CURLOPT_PREREQDATA = 10313, CURLOPT_WRITEFUNCTION = 20011,
  CURLOPT_READFUNCTION = 20012, CURLOPT_HEADERFUNCTION = 20079, CURLOPT_OPENSOCKETFUNCTION = 20163,
  CURLOPT_XFERINFOFUNCTION = 20219, CURLOPT_PREREQFUNCTION = 20312, CURLOPT_POSTFIELDSIZE_LARGE = 30120,
};

enum {  // CURLMoption and CURLINFO
  CURLMOPT_MAXCONNECTS = 6, CURLMOPT_MAX_HOST_CONNECTIONS = 7,
  CURLINFO_PRIVATE = 0x100000 + 21, CURLINFO_HTTP_CONNECTCODE = 0x200000 + 22, CURLINFO_OS_ERRNO = 0x200000 + 25,
  CURLINFO_SIZE_DOWNLOAD_T = 0x600000 + 8, CURLINFO_PRETRANSFER_TIME_T = 0x600000 + 53,
};

enum {
  CURLPROTO_HTTP = 1, CURLPROTO_HTTPS = 2, CURL_ERROR_SIZE = 256,
  CURL_SSLVERSION_TLSv1_2 = 6,          // or newer
  CURL_HTTP_VERSION_2TLS = 4,           // HTTP/2 where TLS negotiates it, HTTP/1.1 elsewhere
  CURL_WRITEFUNC_PAUSE = 0x10000001,    // what a callback returns to be given its bytes again later
};

// Takes size times count bytes of an answer's head or body; another number than that ends the transfer.
typedef size_t (*ccurl_take)(char *bytes, size_t size, size_t count, void *context);
// Called during a transfer, and before a request is sent on a connection; another result than zero ends the transfer.
typedef int (*ccurl_progress)(void *context, int64_t, int64_t, int64_t, int64_t);
typedef int (*ccurl_may_send)(void *context, char *address, char *own_address, int port, int own_port);
// Whether the transfer may connect to an address: 4 or 16 bytes in network order.
typedef bool (*ccurl_may_connect)(const uint8_t *address, size_t count, void *context);

enum { CCURL_LOADED = 0, CCURL_MISSING = 1, CCURL_INCOMPLETE = 2, CCURL_UNUSABLE = 3 };

// Opens the library, to be done once. Sockets open only to what `may_connect` allows, with CURLOPT_OPENSOCKETDATA.
int ccurl_load(const char *path, ccurl_may_connect may_connect);
unsigned ccurl_version_number(void);  // 0x074400 is 7.68.0

ccurl_easy *ccurl_easy_make(void);
void ccurl_easy_free(ccurl_easy *easy);
int ccurl_set_long(ccurl_easy *easy, int option, long value);  // a curl_off_t is a long, too, on our platforms
int ccurl_set_pointer(ccurl_easy *easy, int option, const void *value);
int ccurl_set_take(ccurl_easy *easy, int option, ccurl_take value);
int ccurl_set_progress(ccurl_easy *easy, int option, ccurl_progress value);
int ccurl_set_may_send(ccurl_easy *easy, int option, ccurl_may_send value);
long ccurl_get_long(ccurl_easy *easy, int info);
void *ccurl_get_pointer(ccurl_easy *easy, int info);
int ccurl_unpause(ccurl_easy *easy);
const char *ccurl_error_text(int code);

ccurl_list *ccurl_list_append(ccurl_list *list, const char *text);  // nil without memory, the list as it was
void ccurl_list_free(ccurl_list *list);

ccurl_multi *ccurl_multi_make(void);
void ccurl_multi_free(ccurl_multi *multi);
int ccurl_multi_set_long(ccurl_multi *multi, int option, long value);
int ccurl_multi_add(ccurl_multi *multi, ccurl_easy *easy);
int ccurl_multi_remove(ccurl_multi *multi, ccurl_easy *easy);
int ccurl_multi_perform(ccurl_multi *multi);
int ccurl_multi_poll(ccurl_multi *multi, int milliseconds);  // until something comes, a wakeup, or the time is over
int ccurl_multi_wakeup(ccurl_multi *multi);                  // any thread may call this one
ccurl_easy *ccurl_multi_next_ended(ccurl_multi *multi, int *code);  // nil if no more transfers have ended
