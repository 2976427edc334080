/* Requests as they should and should not be, byte by byte: each row is a claim of its own. See script.h. */
#include "script.h"

#include "wire.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HOST "Host: $HOST\r\n"
#define END  HOST "\r\n"
#define JSON "Content-Type: application/json\r\n"
#define POST "POST /api/echo HTTP/1.1\r\n" HOST
/* What a smuggler hides behind a body. */
#define HIDDEN "GET /api/items/smuggled HTTP/1.1\r\n" END

struct row {
    const char *claim;
    const char *sent;
    const char *wanted;
};

static const struct row rows[] = {
    /* The request line. */
    {"a request is answered and the connection kept", "GET /healthz HTTP/1.1\r\n" END, "200 +"},
    {"HTTP/1.0 is answered and closed", "GET /healthz HTTP/1.0\r\n" END, "200 ."},
    {"HTTP/1.0 is closed even when it asks to be kept", "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n" END,
     "200 ."},
    {"HTTP/1.1 may ask to be closed", "GET /healthz HTTP/1.1\r\nConnection: close\r\n" END, "200 ."},
    {"close is heard in any case and company", "GET /healthz HTTP/1.1\r\nConnection: foo, Close\r\n" END, "200 ."},
    {"a request without a version is refused", "GET /healthz\r\n" END, "400:malformed_request ."},
    {"HTTP/0.9 is refused", "GET /healthz\r\n\r\n", "400:malformed_request ."},
    {"HTTP/2.0 is not spoken", "GET /healthz HTTP/2.0\r\n" END, "505:http_version ."},
    {"the preface of HTTP/2 is refused", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505:http_version ."},
    {"HTTP/1.2 is not spoken", "GET /healthz HTTP/1.2\r\n" END, "505:http_version ."},
    {"HTTP/0.9 by name is not spoken", "GET /healthz HTTP/0.9\r\n" END, "505:http_version ."},
    {"a version of many digits is refused", "GET /healthz HTTP/1.10\r\n" END, "400:malformed_request ."},
    {"a version with zeros in front is refused", "GET /healthz HTTP/01.1\r\n" END, "400:malformed_request ."},
    {"a version with a sign is refused", "GET /healthz HTTP/+1.1\r\n" END, "400:malformed_request ."},
    {"a version in small letters is refused", "GET /healthz http/1.1\r\n" END, "400:malformed_request ."},
    {"another protocol is refused", "GET /healthz HTTQ/1.1\r\n" END, "400:malformed_request ."},
    {"text behind the version is refused", "GET /healthz HTTP/1.1 x\r\n" END, "400:malformed_request ."},
    {"a space behind the version is refused", "GET /healthz HTTP/1.1 \r\n" END, "400:malformed_request ."},
    {"two spaces before the target are refused", "GET  /healthz HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"two spaces before the version are refused", "GET /healthz  HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a tab between the parts is refused", "GET\t/healthz\tHTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a space inside the target is refused", "GET /health z HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a line in front of the request is refused", "\r\nGET /healthz HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a space in front of the request is refused", " GET /healthz HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a TLS greeting is refused", "\x16\x03\x01$0\xc8\x01$0$0\xc4\x03\x03", "400:malformed_request ."},
    {"nonsense is refused", "hello\r\n\r\n", "400:malformed_request ."},

    /* Methods. */
    {"HEAD has the length of GET and no body", "HEAD /healthz HTTP/1.1\r\n" END, "h200 +"},
    {"HEAD of a file has no body", "HEAD /assets/app-1a2b3c.js HTTP/1.1\r\n" END, "h200 +"},
    {"HEAD of nothing has no body", "HEAD /api/nothing HTTP/1.1\r\n" END, "h404 +"},
    {"HEAD of a stream opens none", "HEAD /api/live HTTP/1.1\r\n" END, "h200 +"},
    {"a refused HEAD has no body", "HEAD /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", "h403 ."},
    {"OPTIONS is not taken", "OPTIONS /healthz HTTP/1.1\r\n" END, "405:method_not_allowed ."},
    {"OPTIONS of everything is not taken", "OPTIONS * HTTP/1.1\r\n" END, "405:method_not_allowed ."},
    {"TRACE is not taken", "TRACE /healthz HTTP/1.1\r\n" END, "405:method_not_allowed ."},
    {"CONNECT is not taken", "CONNECT example.com:443 HTTP/1.1\r\n" END, "405:method_not_allowed ."},
    {"CONNECT of a path is not taken", "CONNECT /healthz HTTP/1.1\r\n" END, "405:method_not_allowed ."},
    {"an unknown method is not taken", "BREW /healthz HTTP/1.1\r\n" END, "405:method_not_allowed ."},
    {"methods are case-sensitive", "get /healthz HTTP/1.1\r\n" END, "405:method_not_allowed ."},
    {"a method is a token", "G@T /healthz HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"an endless method is refused", "$a9000; /healthz HTTP/1.1\r\n" END, "414:target_too_long ."},
    {"a known method that the route lacks is not taken", "DELETE /healthz HTTP/1.1\r\n" END,
     "405:method_not_allowed +"},
    {"POST of a page is not taken", "POST / HTTP/1.1\r\n" END, "405:method_not_allowed +"},

    /* The target. */
    {"a query is handed on", "GET /api/echo?a=b&c=%20d HTTP/1.1\r\n" END, "200 +"},
    {"a target in absolute form is taken when it names us", "GET http://$HOST/healthz HTTP/1.1\r\n" END, "200 +"},
    {"a target in absolute form that names another is refused", "GET http://evil.example/healthz HTTP/1.1\r\n" END,
     "403:wrong_host ."},
    {"a target with another scheme is refused", "GET ftp://$HOST/healthz HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a target with credentials is refused", "GET http://me@$HOST/healthz HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a target of a star is refused", "GET * HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a target without a slash is refused", "GET healthz HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a target of two slashes is refused", "GET //evil.example/healthz HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a fragment is refused", "GET /healthz#top HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"an escaped slash is refused", "GET /api%2Fecho HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"an escaped backslash is refused", "GET /api/items/%5C HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a backslash is refused", "GET /api\\echo HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"an escaped NUL is refused", "GET /api/items/%00 HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"an escaped line break is refused", "GET /api/items/a%0d%0aX HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"half an escape is refused", "GET /api/items/%4 HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a broken escape is refused", "GET /api/items/%zz HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"an escape that is not UTF-8 is refused", "GET /api/items/%ff HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a raw byte beyond ASCII is refused", "GET /api/items/\xc3\xa4 HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a NUL in the target is refused", "GET /health$0z HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a dot segment is refused", "GET /./healthz HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"two dots are refused", "GET /../etc/passwd HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"two escaped dots are refused", "GET /%2e%2e/etc/passwd HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"two dots at the end are refused", "GET /assets/.. HTTP/1.1\r\n" END, "400:malformed_request ."},
    {"a target of the longest size is taken", "GET /$a4095; HTTP/1.1\r\n" END, "200 +"},
    {"a longer one is not", "GET /$a4096; HTTP/1.1\r\n" END, "414:target_too_long ."},
    {"an endless one is not waited for", "GET /$a20000;", "414:target_too_long ."},
    {"a path of many segments is just a path", "GET $/2000; HTTP/1.1\r\n" END, "200 +"},
    {"nothing has a path of an unknown name", "GET /api/nothing HTTP/1.1\r\n" END, "404:not_found +"},
    {"nothing has an unknown file", "GET /assets/nothing.js HTTP/1.1\r\n" END, "404:not_found +"},
    {"a page's path that is no file gives the page", "GET /logs/ELG-1 HTTP/1.1\r\n" END, "200 +"},
    {"an escaped page's path gives the page", "GET /logs/%C3%A4 HTTP/1.1\r\n" END, "200 +"},

    /* Host. */
    {"Host must be there", "GET /healthz HTTP/1.1\r\n\r\n", "400:malformed_request ."},
    {"Host must be there in HTTP/1.0 as well", "GET /healthz HTTP/1.0\r\n\r\n", "400:malformed_request ."},
    {"two Hosts are refused", "GET /healthz HTTP/1.1\r\n" HOST END, "400:malformed_request ."},
    {"two Hosts in different letters are refused", "GET /healthz HTTP/1.1\r\nhOsT: $HOST\r\n" END,
     "400:malformed_request ."},
    {"an empty Host is refused", "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", "400:malformed_request ."},
    {"a foreign Host is refused", "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", "403:wrong_host ."},
    {"our address with another port is refused", "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n",
     "403:wrong_host ."},
    {"our address without its port is refused", "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "403:wrong_host ."},
    {"our name inside another is refused", "GET /healthz HTTP/1.1\r\nHost: $HOST.evil.example\r\n\r\n",
     "400:malformed_request ."},
    {"a Host with a path is refused", "GET /healthz HTTP/1.1\r\nHost: $HOST/x\r\n\r\n", "400:malformed_request ."},
    {"a Host with credentials is refused", "GET /healthz HTTP/1.1\r\nHost: me@$HOST\r\n\r\n",
     "400:malformed_request ."},
    {"a Host of two names is refused", "GET /healthz HTTP/1.1\r\nHost: $HOST, evil.example\r\n\r\n",
     "400:malformed_request ."},
    {"a Host with a space is refused", "GET /healthz HTTP/1.1\r\nHost: $HOST evil\r\n\r\n", "400:malformed_request ."},
    {"a Host of an endless port is refused", "GET /healthz HTTP/1.1\r\nHost: localhost:99999999\r\n\r\n",
     "400:malformed_request ."},

    /* Header lines. */
    {"a header's name is compared without regard to case", "GET /healthz HTTP/1.1\r\nhost: $HOST\r\n\r\n", "200 +"},
    {"a value may stand without a space", "GET /healthz HTTP/1.1\r\nHost:$HOST\r\n\r\n", "200 +"},
    {"spaces around a value are no part of it", "GET /healthz HTTP/1.1\r\nHost:   $HOST  \r\n\r\n", "200 +"},
    {"a header line without a colon is refused", "GET /healthz HTTP/1.1\r\n" HOST "nothing\r\n\r\n",
     "400:malformed_request ."},
    {"a header without a name is refused", "GET /healthz HTTP/1.1\r\n" HOST ": x\r\n\r\n", "400:malformed_request ."},
    {"a space before the colon is refused", "GET /healthz HTTP/1.1\r\n" HOST "X-A : x\r\n\r\n",
     "400:malformed_request ."},
    {"a name is a token", "GET /healthz HTTP/1.1\r\n" HOST "X(A): x\r\n\r\n", "400:malformed_request ."},
    {"a NUL in a name is refused", "GET /healthz HTTP/1.1\r\n" HOST "X$0A: x\r\n\r\n", "400:malformed_request ."},
    {"a NUL in a value is refused", "GET /healthz HTTP/1.1\r\n" HOST "X-A: a$0b\r\n\r\n", "400:malformed_request ."},
    {"a control in a value is refused", "GET /healthz HTTP/1.1\r\n" HOST "X-A: a\x01z\r\n\r\n",
     "400:malformed_request ."},
    {"a DEL in a value is refused", "GET /healthz HTTP/1.1\r\n" HOST "X-A: a\x7fz\r\n\r\n", "400:malformed_request ."},
    {"a byte beyond ASCII in a value is taken", "GET /healthz HTTP/1.1\r\n" HOST "X-A: \xc3\xa4\r\n\r\n", "200 +"},
    {"a folded line is refused", "GET /healthz HTTP/1.1\r\n" HOST "X-A: a\r\n b\r\n\r\n", "400:malformed_request ."},
    {"a line folded by a tab is refused", "GET /healthz HTTP/1.1\r\n" HOST "X-A: a\r\n\tb\r\n\r\n",
     "400:malformed_request ."},
    {"a folded first line is refused", "GET /healthz HTTP/1.1\r\n X-A: a\r\n" END, "400:malformed_request ."},
    {"a bare carriage return is refused", "GET /healthz HTTP/1.1\r\n" HOST "X-A: a\rb\r\n\r\n",
     "400:malformed_request ."},
    {"a bare carriage return in the request line is refused", "GET /healthz\r HTTP/1.1\r\n" END,
     "400:malformed_request ."},
    {"two carriage returns are refused", "GET /healthz HTTP/1.1\r\r\n" END, "400:malformed_request ."},
    {"a bare line feed is refused", "GET /healthz HTTP/1.1\nHost: $HOST\n\n", "400:malformed_request ."},
    {"a head that ends in a bare line feed is refused", "GET /healthz HTTP/1.1\r\n" HOST "\n",
     "400:malformed_request ."},
    {"two Authorizations are refused", "GET /healthz HTTP/1.1\r\nAuthorization: a\r\nAuthorization: b\r\n" END,
     "400:malformed_request ."},
    {"two Cookies are refused", "GET /healthz HTTP/1.1\r\nCookie: a=1\r\nCookie: a=2\r\n" END,
     "400:malformed_request ."},
    {"two Origins are refused", "GET /healthz HTTP/1.1\r\nOrigin: a\r\nOrigin: b\r\n" END, "400:malformed_request ."},
    {"headers of 15 KiB are taken", "GET /healthz HTTP/1.1\r\nX-A: $a15000;\r\n" END, "200 +"},
    {"headers of more than 16 KiB are not", "GET /healthz HTTP/1.1\r\nX-A: $a16400;\r\n" END,
     "431:headers_too_large ."},
    {"endless headers are not waited for", "GET /healthz HTTP/1.1\r\nX-A: $a40000;", "431:headers_too_large ."},
    {"an endless name is not waited for", "GET /healthz HTTP/1.1\r\n$a40000;", "431:headers_too_large ."},
    {"a long target leaves the headers their room", "GET /$a4000; HTTP/1.1\r\nX-A: $a15000;\r\n" END, "200 +"},

    /* Bodies and their lengths. */
    {"a body of its length is taken", POST JSON "Content-Length: 2\r\n\r\n{}", "200 +"},
    {"a request may have no body", POST "\r\n", "200 +"},
    {"a body may be empty", POST "Content-Length: 0\r\n\r\n", "200 +"},
    {"zeros in front of a length are digits", POST JSON "Content-Length: 0002\r\n\r\n{}", "200 +"},
    {"a length with a sign is refused", POST JSON "Content-Length: +2\r\n\r\n{}", "400:malformed_request ."},
    {"a negative length is refused", POST JSON "Content-Length: -2\r\n\r\n{}", "400:malformed_request ."},
    {"a length in hex is refused", POST JSON "Content-Length: 0x2\r\n\r\n{}", "400:malformed_request ."},
    {"a length with a space is refused", POST JSON "Content-Length: 2 2\r\n\r\n{}", "400:malformed_request ."},
    {"a length with a letter is refused", POST JSON "Content-Length: 2a\r\n\r\n{}", "400:malformed_request ."},
    {"a length of a fraction is refused", POST JSON "Content-Length: 2.0\r\n\r\n{}", "400:malformed_request ."},
    {"an empty length is refused", POST JSON "Content-Length:\r\n\r\n{}", "400:malformed_request ."},
    {"a list of lengths is refused", POST JSON "Content-Length: 2, 2\r\n\r\n{}", "400:malformed_request ."},
    {"a length in quotes is refused", POST JSON "Content-Length: \"2\"\r\n\r\n{}", "400:malformed_request ."},
    {"two equal lengths are refused", POST JSON "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
     "400:malformed_request ."},
    {"two different lengths are refused", POST JSON "Content-Length: 0\r\nContent-Length: 60\r\n\r\n" HIDDEN,
     "400:malformed_request ."},
    {"a length that no integer holds is too large", POST JSON "Content-Length: 99999999999999999999\r\n\r\n{}",
     "413:body_too_large ."},
    {"a length that wraps around is too large", POST JSON "Content-Length: 18446744073709551618\r\n\r\n{}",
     "413:body_too_large ."},
    {"a body over the server's limit is refused before it comes", POST JSON "Content-Length: 1048577\r\n\r\n",
     "413:body_too_large ."},
    {"a body over the route's limit is refused before it comes", POST JSON "Content-Length: 65537\r\n\r\n",
     "413:body_too_large ."},
    {"a body of the route's limit is taken", POST JSON "Content-Length: 65536\r\n\r\n$a65536;", "200 +"},
    {"a body of the server's limit is taken where the route does",
     "POST /api/large HTTP/1.1\r\n" HOST JSON "Content-Length: 1048576\r\n\r\n$a1048576;", "200 +"},
    {"a refused body that comes all the same does not eat the answer",
     POST JSON "Content-Length: 300000\r\n\r\n$a300000;", "413:body_too_large ."},
    {"a route that takes no body refuses one",
     "POST /api/items/1/touch HTTP/1.1\r\n" HOST JSON "Content-Length: 2\r\n\r\n{}", "413:body_too_large ."},
    {"a route that takes no body needs no type", "POST /api/items/1/touch HTTP/1.1\r\n" END, "200 +"},
    {"a body for nobody is refused before it comes",
     "POST /api/nothing HTTP/1.1\r\n" HOST JSON "Content-Length: 200\r\n\r\n", "404:not_found ."},
    {"GET has no body", "GET /healthz HTTP/1.1\r\n" HOST JSON "Content-Length: 2\r\n\r\n{}", "400:malformed_request ."},
    {"HEAD has no body", "HEAD /healthz HTTP/1.1\r\n" HOST JSON "Content-Length: 2\r\n\r\n{}", "h400 ."},
    {"DELETE has no body", "DELETE /api/items/1 HTTP/1.1\r\n" HOST JSON "Content-Length: 2\r\n\r\n{}",
     "400:malformed_request ."},
    {"GET may say that it has no body", "GET /healthz HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", "200 +"},
    {"a request behind GET's body is not read", "GET /healthz HTTP/1.1\r\n" HOST "Content-Length: 60\r\n\r\n" HIDDEN,
     "400:malformed_request ."},
    {"a NUL in a body is refused", POST JSON "Content-Length: 3\r\n\r\n{$0}", "400:malformed_json ."},
    {"PUT takes a body", "PUT /api/items/7 HTTP/1.1\r\n" HOST JSON "Content-Length: 2\r\n\r\n{}", "200 +"},
    {"PATCH takes a body", "PATCH /api/items/7 HTTP/1.1\r\n" HOST JSON "Content-Length: 2\r\n\r\n{}", "200 +"},
    {"DELETE is answered without a body", "DELETE /api/items/7 HTTP/1.1\r\n" END, "204 +"},

    /* Codings. */
    {"a chunked body needs a length", POST JSON "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
     "411:length_required ."},
    {"a length and a coding are refused",
     POST JSON "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN, "400:malformed_request ."},
    {"a coding and a length are refused",
     POST JSON "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" HIDDEN, "400:malformed_request ."},
    {"a coding with a space before the colon is refused",
     POST JSON "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" HIDDEN, "400:malformed_request ."},
    {"a coding hidden by a tab is refused", POST JSON "Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n" HIDDEN,
     "400:malformed_request ."},
    {"a coding in other letters is seen", POST JSON "tRANSFER-eNCODING: CHUNKED\r\n\r\n0\r\n\r\n",
     "411:length_required ."},
    {"a coding that we do not know is refused", POST JSON "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
     "411:length_required ."},
    {"identity is no coding", POST JSON "Transfer-Encoding: identity\r\n\r\n", "411:length_required ."},
    {"two codings are refused", POST JSON "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
     "400:malformed_request ."},
    {"a coding on GET is refused", "GET /healthz HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "411:length_required ."},
    {"a coding in HTTP/1.0 is refused",
     "POST /api/echo HTTP/1.0\r\n" HOST JSON "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400:malformed_request ."},
    {"a body that is packed by anything but gzip is refused",
     POST JSON "Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}", "415:unsupported_media_type ."},
    {"a body may say that it is not compressed", POST JSON "Content-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
     "200 +"},

    /* Types. */
    {"a body must say what it is", POST "Content-Length: 2\r\n\r\n{}", "415:unsupported_media_type ."},
    {"a form is refused", POST "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b",
     "415:unsupported_media_type ."},
    {"plain text is refused", POST "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
     "415:unsupported_media_type ."},
    {"a type that begins like JSON is refused", POST "Content-Type: application/jsonp\r\nContent-Length: 2\r\n\r\n{}",
     "415:unsupported_media_type ."},
    {"a type of two is refused", POST "Content-Type: application/json, text/plain\r\nContent-Length: 2\r\n\r\n{}",
     "415:unsupported_media_type ."},
    {"two types are refused", POST JSON JSON "Content-Length: 2\r\n\r\n{}", "400:malformed_request ."},
    {"JSON in UTF-8 is taken", POST "Content-Type: Application/JSON; charset=UTF-8\r\nContent-Length: 2\r\n\r\n{}",
     "200 +"},
    {"JSON in another charset is refused",
     POST "Content-Type: application/json; charset=utf-16\r\nContent-Length: 2\r\n\r\n{}",
     "415:unsupported_media_type ."},

    /* Several requests on one connection. */
    {"pipelined requests are answered in order",
     "GET /healthz HTTP/1.1\r\n" END "GET /api/nothing HTTP/1.1\r\n" END "DELETE /api/items/7 HTTP/1.1\r\n" END,
     "200 404 204 +"},
    {"a body ends where it says and a request begins",
     POST JSON "Content-Length: 2\r\n\r\n{}GET /api/nothing HTTP/1.1\r\n" END, "200 404 +"},
    {"a request too short for its length is no two requests", POST JSON "Content-Length: 4\r\n\r\n{}\r\n" HIDDEN,
     "200 200 +"},
    {"a bad request behind good ones does not cost their answers",
     "GET /healthz HTTP/1.1\r\n" END "GET /healthz HTTP/1.1\r\n" END "BAD\r\n\r\n", "200 200 400:malformed_request ."},
    {"nothing behind a refusal is read", "GET /healthz HTTP/1.1\r\n\r\n" HIDDEN, "400:malformed_request ."},
    {"nothing behind a close is read", "GET /healthz HTTP/1.1\r\nConnection: close\r\n" END HIDDEN, "200 ."},
    {"a NUL behind a good request is refused in its turn", "GET /healthz HTTP/1.1\r\n" END "$0$0$0$0",
     "200 400:malformed_request ."},
    {"a large answer is followed by the next", "GET /api/big HTTP/1.1\r\n" END "HEAD /api/big HTTP/1.1\r\n" END,
     "200 h200 +"},

    /* Expectations. */
    {"a body that is not waited for needs no 100", POST JSON "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
     "200 +"},
    {"an unknown expectation is refused", POST JSON "Expect: tea\r\nContent-Length: 2\r\n\r\n{}",
     "400:malformed_request ."},
    {"an expectation hidden by a tab is refused", POST JSON "Expect:\t100-continue\r\nContent-Length: 2\r\n\r\n{}",
     "400:malformed_request ."},
    {"an expectation is refused before the body when the body is too large",
     POST JSON "Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n", "413:body_too_large ."},
    {"an expectation is ignored in HTTP/1.0",
     "POST /api/echo HTTP/1.0\r\n" HOST JSON "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}", "200 ."},

    /* Problems. */
    {"an inner failure tells nothing", "GET /api/fail HTTP/1.1\r\n" END, "500:internal +"},
    {"too often is told", "GET /api/often HTTP/1.1\r\n" END, "429:too_many_requests +"},
    {"who is not signed in is told how", "GET /api/unsigned HTTP/1.1\r\n" END, "401:unauthenticated +"},
};

enum { ROWS_COUNT = sizeof rows / sizeof rows[0] };

static struct site site;

static int begin(void **state)
{
    (void)state;
    site_init(&site, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    site_destroy(&site);
    return 0;
}

static void test_row(void **state)
{
    const struct row *row = *state;
    script_play(&site, row->sent, row->wanted);
}

int main(void)
{
    static struct CMUnitTest tests[ROWS_COUNT];
    static struct row copies[ROWS_COUNT];
    for (size_t i = 0; i < ROWS_COUNT; i++) {
        copies[i] = rows[i];
        tests[i] = (struct CMUnitTest){.name = rows[i].claim, .test_func = test_row, .initial_state = &copies[i]};
    }
    return _cmocka_run_group_tests("requests", tests, ROWS_COUNT, begin, end);
}
