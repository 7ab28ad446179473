#include "CCurl.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

// The first fields of curl_version_info_data, CURLMsg and curl_sockaddr.
struct version { int age; const char *text; unsigned number; };
struct message { int kind; ccurl_easy *easy; union { void *pointer; int code; } data; };
struct socket_address { int family, type, protocol; unsigned length; struct sockaddr address; };

// What libcurl exports and we call, each by its own name.
#define FUNCTIONS(F)                                                      \
  F(int, curl_global_init, (long))                                        \
  F(struct version *, curl_version_info, (int))                           \
  F(ccurl_easy *, curl_easy_init, (void))                                 \
  F(void, curl_easy_cleanup, (ccurl_easy *))                              \
  F(int, curl_easy_setopt, (ccurl_easy *, int, ...))                      \
  F(int, curl_easy_getinfo, (ccurl_easy *, int, ...))                     \
  F(int, curl_easy_pause, (ccurl_easy *, int))                            \
  F(const char *, curl_easy_strerror, (int))                              \
  F(ccurl_list *, curl_slist_append, (ccurl_list *, const char *))        \
  F(void, curl_slist_free_all, (ccurl_list *))                            \
  F(ccurl_multi *, curl_multi_init, (void))                               \
  F(int, curl_multi_cleanup, (ccurl_multi *))                             \
  F(int, curl_multi_setopt, (ccurl_multi *, int, ...))                    \
  F(int, curl_multi_add_handle, (ccurl_multi *, ccurl_easy *))            \
  F(int, curl_multi_remove_handle, (ccurl_multi *, ccurl_easy *))         \
  F(int, curl_multi_perform, (ccurl_multi *, int *))                      \
  F(int, curl_multi_poll, (ccurl_multi *, void *, unsigned, int, int *))  \
  F(int, curl_multi_wakeup, (ccurl_multi *))                              \
  F(struct message *, curl_multi_info_read, (ccurl_multi *, int *))

#define DECLARE(result, name, parameters) static result(*name) parameters;
FUNCTIONS(DECLARE)

static ccurl_may_connect may_connect;

int ccurl_load(const char *path, ccurl_may_connect rule) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return CCURL_MISSING;
#define FIND(result, name, parameters) \
  if (!(*(void **)&name = dlsym(library, #name))) return CCURL_INCOMPLETE;
  FUNCTIONS(FIND)
  may_connect = rule;
  return curl_global_init(3) ? CCURL_UNUSABLE : CCURL_LOADED;  // CURL_GLOBAL_ALL
}

unsigned ccurl_version_number(void) { return curl_version_info(0)->number; }

static int open_socket(void *context, int purpose, struct socket_address *to) {
  (void)purpose;
  const struct sockaddr *address = &to->address;
  bool allowed = false;
  if (to->family == AF_INET) {
    allowed = may_connect((const uint8_t *)&((const struct sockaddr_in *)address)->sin_addr, 4, context);
  } else if (to->family == AF_INET6) {
    allowed = may_connect((const uint8_t *)&((const struct sockaddr_in6 *)address)->sin6_addr, 16, context);
  }
  int opened = allowed ? socket(to->family, to->type, to->protocol) : -1;
  if (opened >= 0) (void)fcntl(opened, F_SETFD, FD_CLOEXEC);
  return opened;
}

ccurl_easy *ccurl_easy_make(void) {
  ccurl_easy *easy = curl_easy_init();
  if (easy && !curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket)) return easy;
  if (easy) curl_easy_cleanup(easy);
  return NULL;
}

void ccurl_easy_free(ccurl_easy *easy) { curl_easy_cleanup(easy); }
int ccurl_set_long(ccurl_easy *easy, int option, long value) { return curl_easy_setopt(easy, option, value); }
int ccurl_set_pointer(ccurl_easy *easy, int option, const void *value) { return curl_easy_setopt(easy, option, value); }
int ccurl_set_take(ccurl_easy *easy, int option, ccurl_take value) { return curl_easy_setopt(easy, option, value); }
int ccurl_set_progress(ccurl_easy *easy, int option, ccurl_progress value) { return curl_easy_setopt(easy, option, value); }
int ccurl_set_may_send(ccurl_easy *easy, int option, ccurl_may_send value) { return curl_easy_setopt(easy, option, value); }

long ccurl_get_long(ccurl_easy *easy, int info) {
  long value = 0;
  return curl_easy_getinfo(easy, info, &value) ? 0 : value;
}

void *ccurl_get_pointer(ccurl_easy *easy, int info) {
  void *value = NULL;
  return curl_easy_getinfo(easy, info, &value) ? NULL : value;
}

int ccurl_unpause(ccurl_easy *easy) { return curl_easy_pause(easy, 0); }  // CURLPAUSE_CONT
const char *ccurl_error_text(int code) { return curl_easy_strerror(code); }
ccurl_list *ccurl_list_append(ccurl_list *list, const char *text) { return curl_slist_append(list, text); }
void ccurl_list_free(ccurl_list *list) { curl_slist_free_all(list); }
ccurl_multi *ccurl_multi_make(void) { return curl_multi_init(); }
void ccurl_multi_free(ccurl_multi *multi) { (void)curl_multi_cleanup(multi); }
int ccurl_multi_set_long(ccurl_multi *multi, int option, long value) { return curl_multi_setopt(multi, option, value); }
int ccurl_multi_add(ccurl_multi *multi, ccurl_easy *easy) { return curl_multi_add_handle(multi, easy); }
int ccurl_multi_remove(ccurl_multi *multi, ccurl_easy *easy) { return curl_multi_remove_handle(multi, easy); }
int ccurl_multi_wakeup(ccurl_multi *multi) { return curl_multi_wakeup(multi); }
int ccurl_multi_perform(ccurl_multi *multi) { return curl_multi_perform(multi, &(int){0}); }
int ccurl_multi_poll(ccurl_multi *multi, int time) { return curl_multi_poll(multi, NULL, 0, time, NULL); }

ccurl_easy *ccurl_multi_next_ended(ccurl_multi *multi, int *code) {
  int left;
  struct message *message;
  while ((message = curl_multi_info_read(multi, &left))) {
    if (message->kind != 1) continue;  // CURLMSG_DONE
    *code = message->data.code;
    return message->easy;
  }
  return NULL;
}
