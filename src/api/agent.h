/* What a desktop's request says of the program that sends it.
 *
 * Memory: views the request. Threads: pure. */
#ifndef IC_API_AGENT_H
#define IC_API_AGENT_H

#include "http/message.h"

/* The version behind "instacrm-agent/" in the User-Agent; empty when it names none that can be shown. */
struct ic_str ic_agent_version(const struct ic_http_request *request);

#endif
