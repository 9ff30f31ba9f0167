/* curl URL CA N [resume]: the libcurl half of the measurements, as ours.c in modes get and run. */
#include "usage.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

static size_t ignore(char *data, size_t size, size_t num, void *user)
{
    (void)data;
    (void)user;
    return size * num;
}

int main(int argc, char **argv)
{
    int num = argc >= 4 ? atoi(argv[3]) : 0;
    long resume = argc > 4 && argv[4][0] == 'r';
    CURL *curl;
    double cpu = 0;
    double wall = 0;

    if (num <= 0) {
        return 2;
    }
    curl_global_init(CURL_GLOBAL_ALL);
    curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, argv[1]);
    curl_easy_setopt(curl, CURLOPT_CAINFO, argv[2]);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, resume);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    for (int i = 0; i <= num; i++) {
        CURLcode code;

        if (i == 1) {
            cpu = usage_cpu_us();
            wall = usage_wall_us();
        }
        code = curl_easy_perform(curl);
        if (code != CURLE_OK) {
            fprintf(stderr, "curl: %s\n", curl_easy_strerror(code));
            return 1;
        }
    }
    printf("%.1f %.1f\n", (usage_cpu_us() - cpu) / num, (usage_wall_us() - wall) / num);
    curl_easy_cleanup(curl);
    return 0;
}
