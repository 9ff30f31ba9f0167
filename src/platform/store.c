/* Roots that a system keeps in a store and not in files: Windows alone does. */
#include "platform.h"

#if defined(_WIN32) && !defined(HTTPSC_BARE)

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>
#include <windows.h>
#include <wincrypt.h>
#include <stdlib.h>

#define WINDOWS_STORE_USAGES_MAX ((DWORD)64 * 1024)

static int windows_store_names_servers(const CTL_USAGE *usage)
{
    for (DWORD i = 0; i < usage->cUsageIdentifier; i++) {
        const char *name = usage->rgpszUsageIdentifier[i];

        if (strcmp(name, szOID_PKIX_KP_SERVER_AUTH) == 0 ||
            strcmp(name, szOID_ANY_ENHANCED_KEY_USAGE) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Has the system stopped to trust this root, at a time that is over? */
static int windows_store_is_over(const CERT_CONTEXT *cert)
{
    FILETIME over;
    FILETIME now;
    DWORD size = (DWORD)sizeof over;

    if (!CertGetCertificateContextProperty(cert, CERT_DISALLOWED_FILETIME_PROP_ID, &over, &size)) {
        return GetLastError() != (DWORD)CRYPT_E_NOT_FOUND;
    }
    GetSystemTimeAsFileTime(&now);
    return size != sizeof over || CompareFileTime(&over, &now) <= 0;
}

/* May this root name servers? Usages stand in the certificate, and beside it in the store. */
static int windows_store_is_trusted(const CERT_CONTEXT *cert)
{
    CTL_USAGE *usage = NULL;
    DWORD size = 0;
    int trusted = 0;

    if (windows_store_is_over(cert) || !CertGetEnhancedKeyUsage(cert, 0, NULL, &size) ||
        size < sizeof *usage || size > WINDOWS_STORE_USAGES_MAX) {
        return 0;
    }
    usage = malloc(size);
    if (usage != NULL && CertGetEnhancedKeyUsage(cert, 0, usage, &size)) {
        /* no usage at all means every one, or none: only the last error tells */
        trusted = usage->cUsageIdentifier == 0 ? GetLastError() == (DWORD)CRYPT_E_NOT_FOUND
                                               : windows_store_names_servers(usage);
    }
    free(usage);
    return trusted;
}

/* Visits a store's certificates: all of them, or those that are trusted, or those that are not. */
static int windows_store_visit(const WCHAR *name, int all, int trusted,
                               int (*visit)(void *user, const unsigned char *der, size_t len),
                               void *user, int *native)
{
    HCERTSTORE store = CertOpenSystemStoreW(0, name);
    const CERT_CONTEXT *cert = NULL;
    int code = HTTPSC_OK;

    if (store == NULL) {
        *native = (int)GetLastError();
        return HTTPSC_ERR_TRUST_UNREADABLE;
    }
    while (code == HTTPSC_OK && (cert = CertEnumCertificatesInStore(store, cert)) != NULL) {
        if (all || windows_store_is_trusted(cert) == trusted) {
            code = visit(user, cert->pbCertEncoded, cert->cbCertEncoded);
        }
    }
    if (cert != NULL) {
        CertFreeCertificateContext(cert);
    }
    CertCloseStore(store, 0);
    return code;
}

HC_FN int hc_system_store_visit(int denied,
                                int (*visit)(void *user, const unsigned char *der, size_t len),
                                void *user, int *native)
{
    int code;

    *native = 0;
    code = windows_store_visit(L"ROOT", 0, !denied, visit, user, native);
    if (code == HTTPSC_OK && denied) {
        code = windows_store_visit(L"Disallowed", 1, 0, visit, user, native);
    }
    return code;
}

#else

HC_FN int hc_system_store_visit(int denied,
                                int (*visit)(void *user, const unsigned char *der, size_t len),
                                void *user, int *native)
{
    (void)denied;
    (void)visit;
    (void)user;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

#endif
