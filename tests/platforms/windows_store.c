/*
 * The user's stores of certificates on Windows, for tests/platforms/windows.sh.
 *
 *   windows_store count                  prints "ROOT N" (certificates in it), "trusted N" (anchors
 *                                        of HTTPSC_TRUST_SYSTEM) and "embedded N"
 *   windows_store add STORE CA.der       STORE is ROOT or Disallowed
 *   windows_store restrict STORE CA.der  adds it for the signing of programs alone
 *   windows_store remove STORE CA.der
 *   windows_store paths CA.der           paths are UTF-8, whatever the code page; prints what
 *                                        does not find them so
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <wincrypt.h>

static int store_anchors(httpsc_trust trust, unsigned long *num)
{
    httpsc_tls_options options = {0};
    httpsc_tls_config *config = NULL;
    httpsc_error error = {0};
    httpsc_trust_info info;

    options.trust = trust;
    if (httpsc_tls_config_open(&options, &config, &error) != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 0;
    }
    httpsc_tls_config_trust(config, &info);
    *num = (unsigned long)info.num_anchors;
    printf("source %s\n", info.source);
    httpsc_tls_config_close(config);
    return 1;
}

static int store_count(void)
{
    HCERTSTORE store = CertOpenSystemStoreA(0, "ROOT");
    const CERT_CONTEXT *cert = NULL;
    unsigned long num = 0;
    unsigned long num_trusted = 0;
    unsigned long num_embedded = 0;

    while ((cert = CertEnumCertificatesInStore(store, cert)) != NULL) {
        num++;
    }
    CertCloseStore(store, 0);
    if (!store_anchors(HTTPSC_TRUST_SYSTEM, &num_trusted) ||
        !store_anchors(HTTPSC_TRUST_EMBEDDED, &num_embedded)) {
        return 1;
    }
    printf("ROOT %lu\ntrusted %lu\nembedded %lu\n", num, num_trusted, num_embedded);
    return 0;
}

static int store_change(const char *verb, const char *name, const char *path)
{
    static unsigned char bytes[65536];
    char servers_not[] = "1.3.6.1.5.5.7.3.3"; /* codeSigning */
    char *usages[1];
    CTL_USAGE usage;
    const CERT_CONTEXT *given = NULL;
    const CERT_CONTEXT *cert = NULL;
    /* wine 8 deletes nothing through CertOpenSystemStore */
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_SYSTEM_REGISTRY_A, 0, 0,
                                     CERT_SYSTEM_STORE_CURRENT_USER, name);
    FILE *file = fopen(path, "rb");
    DWORD len = 0;
    int ok;

    usages[0] = servers_not;
    usage.cUsageIdentifier = 1;
    usage.rgpszUsageIdentifier = usages;
    if (file == NULL || store == NULL) {
        fprintf(stderr, "cannot open %s\n", file == NULL ? path : name);
        return 1;
    }
    len = (DWORD)fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    given = CertCreateCertificateContext(X509_ASN_ENCODING, bytes, len);
    if (strcmp(verb, "remove") == 0) {
        cert = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_EXISTING, given,
                                          NULL);
        ok = cert != NULL && CertDeleteCertificateFromStore(cert); /* frees it */
    } else {
        ok = given != NULL &&
             (strcmp(verb, "restrict") != 0 || CertSetEnhancedKeyUsage(given, &usage)) &&
             CertAddCertificateContextToStore(store, given, CERT_STORE_ADD_REPLACE_EXISTING, NULL);
    }
    if (given != NULL) {
        CertFreeCertificateContext(given);
    }
    if (!ok) {
        fprintf(stderr, "%s: error %lu\n", verb, (unsigned long)GetLastError());
    }
    ok = CertCloseStore(store, 0) && ok;
    return !ok;
}

/* ---- paths ---- */

#define STORE_DIR L"b\u00fccher \u4e2d"
#define STORE_DIR_UTF8 "b\xc3\xbc" "cher \xe4\xb8\xad"
#define STORE_FILE STORE_DIR L"\\wurzel \u00e4.der"
#define STORE_FILE_UTF8 STORE_DIR_UTF8 "\\wurzel \xc3\xa4.der"
#define STORE_LOG STORE_DIR L"\\log \u00f6"
#define STORE_LOG_UTF8 STORE_DIR_UTF8 "/log \xc3\xb6"

static int store_finds(const httpsc_tls_options *options, const char *path, const char *what)
{
    httpsc_tls_config *config = NULL;
    httpsc_error error = {0};
    httpsc_trust_info info = {0};
    int ok;

    if (httpsc_tls_config_open(options, &config, &error) == HTTPSC_OK) {
        httpsc_tls_config_trust(config, &info);
    }
    ok = info.num_anchors == 1 && info.path != NULL && strcmp(info.path, path) == 0;
    if (!ok) {
        printf("%s: %s (%lu of %s, %s)\n", what, error.text, (unsigned long)info.num_anchors,
               info.source, info.path);
    }
    httpsc_tls_config_close(config);
    return ok;
}

static int store_paths(const char *path)
{
    httpsc_tls_options options = {0};
    WCHAR from[MAX_PATH];
    int native = 0;
    int ok;

    MultiByteToWideChar(CP_UTF8, 0, path, -1, from, MAX_PATH);
    CreateDirectoryW(STORE_DIR, NULL);
    if (!CopyFileW(from, STORE_FILE, FALSE)) {
        printf("no copy of %s: error %lu\n", path, (unsigned long)GetLastError());
        return 1;
    }
    options.ca_dir = STORE_DIR_UTF8;
    ok = store_finds(&options, STORE_DIR_UTF8, "ca_dir");
    options.ca_dir = NULL;
    options.ca_file = STORE_FILE_UTF8;
    ok = store_finds(&options, STORE_FILE_UTF8, "ca_file") && ok;
    options.ca_file = NULL;
    options.use_environment = 1;
    SetEnvironmentVariableW(L"SSL_CERT_FILE", NULL);
    SetEnvironmentVariableW(L"SSL_CERT_DIR", L"c:\\nowhere;" STORE_DIR);
    ok = store_finds(&options, STORE_DIR_UTF8, "SSL_CERT_DIR") && ok;
    SetEnvironmentVariableW(L"SSL_CERT_DIR", NULL);
    SetEnvironmentVariableW(L"SSL_CERT_FILE", STORE_FILE);
    ok = store_finds(&options, STORE_FILE_UTF8, "SSL_CERT_FILE") && ok;
    if (hc_file_append(STORE_LOG_UTF8, "x", 1, &native) != HTTPSC_OK ||
        GetFileAttributesW(STORE_LOG) == INVALID_FILE_ATTRIBUTES) {
        printf("hc_file_append: error %d\n", native);
        ok = 0;
    }
    DeleteFileW(STORE_LOG);
    DeleteFileW(STORE_FILE);
    RemoveDirectoryW(STORE_DIR);
    return !ok;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "paths") == 0) {
        return store_paths(argv[2]);
    }
    if (argc == 2 && strcmp(argv[1], "count") == 0) {
        return store_count();
    }
    if (argc == 4) {
        return store_change(argv[1], argv[2], argv[3]);
    }
    fprintf(stderr, "windows_store count, paths CA.der, or add|restrict|remove STORE CA.der\n");
    return 2;
}
