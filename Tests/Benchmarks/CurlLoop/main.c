// What libcurl can do on one thread: the same requests in a plain loop on its multi interface.
// curl-loop URL ROWS CONCURRENCY prints requests a second.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CCurl.h"

static long received;

static size_t take(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes;
  (void)context;
  received += (long)(size * count);
  return size * count;
}

static bool allow(const uint8_t *address, size_t count, void *context) {
  (void)address;
  (void)count;
  (void)context;
  return true;
}

static void ask(ccurl_easy *easy, int row) {
  char body[512];
  int length = snprintf(
    body, sizeof body,
    "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"system\",\"content\":\"You are concise.\"},{\"role\":\"user\","
    "\"content\":\"Question %d: what is the capital of France? Answer with one word.\"}],\"temperature\":0,"
    "\"max_tokens\":16}",
    row);
  ccurl_set_long(easy, CURLOPT_POSTFIELDSIZE_LARGE, length);
  ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, body);
}

int main(int count, char **arguments) {
  if (count != 4 || ccurl_load("libcurl.so.4", allow) != CCURL_LOADED) {
    puts("usage: curl-loop URL ROWS CONCURRENCY");
    return 64;
  }
  int rows = atoi(arguments[2]), concurrency = atoi(arguments[3]), begun = 0, ended = 0, code;
  ccurl_multi *multi = ccurl_multi_make();
  ccurl_list *fields = ccurl_list_append(NULL, "Content-Type: application/json");
  fields = ccurl_list_append(fields, "Authorization: Bearer x");
  fields = ccurl_list_append(fields, "Expect:");
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (; begun < concurrency && begun < rows; begun++) {
    ccurl_easy *easy = ccurl_easy_make();
    ccurl_set_pointer(easy, CURLOPT_URL, arguments[1]);
    ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, fields);
    ccurl_set_take(easy, CURLOPT_WRITEFUNCTION, take);
    ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1);
    ccurl_set_long(easy, CURLOPT_POST, 1);
    ask(easy, begun);
    ccurl_multi_add(multi, easy);
  }
  while (ended < rows) {
    ccurl_multi_perform(multi);
    ccurl_easy *easy;
    while ((easy = ccurl_multi_next_ended(multi, &code))) {
      if (code) fprintf(stderr, "%s\n", ccurl_error_text(code));
      ended++;
      ccurl_multi_remove(multi, easy);
      if (begun == rows) continue;
      ask(easy, begun++);
      ccurl_multi_add(multi, easy);
    }
    if (ended < rows) ccurl_multi_poll(multi, 1000);
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%f\n", rows / (double)(end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9));
  return 0;
}
