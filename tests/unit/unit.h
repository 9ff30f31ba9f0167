/*
 * White-box tests: a test file includes this header first, and has the harness of
 * tests/support/check.h.
 *
 * What is tested is chosen by the build: UNIT_PARTS (headers of the parts; link their objects),
 * UNIT_HEADER (the httpsc.h of the include path), else src/httpsc.c as one unit.
 */
#ifndef UNIT_H
#define UNIT_H

#if defined(UNIT_HEADER)
#define HTTPSC_IMPLEMENTATION
#include <httpsc.h>
#ifdef UNIT_BUNDLE
#include <bearssl.h> /* the tests' own, for their servers: that of the bundle is private to it */
#endif
#elif defined(UNIT_PARTS)
#include "../../src/base/buffer.h"
#include "../../src/base/cursor.h"
#include "../../src/base/error.h"
#include "../../src/http/request.h"
#include "../../src/http/response.h"
#include "../../src/platform/platform.h"
#include "../../src/syntax/der.h"
#include "../../src/syntax/pem.h"
#include "../../src/syntax/url.h"
#include "../../src/tls/tls.h"
#include "../../src/x509/anchors.h"
#include "../../src/x509/certificate.h"
#else
#include "../../src/httpsc.c"
#endif

#include "../support/check.h"

#endif
