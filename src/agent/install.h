/* The link from browsers to this program: one manifest per browser, com.instacrm.agent.json.
 *
 * Promises: installing twice is installing once; a manifest is written whole or not at all; uninstalling removes our
 * manifests and folders that this leaves empty, nothing else.
 * Memory: values. Threads: pure but for the file system. */
#ifndef IC_AGENT_INSTALL_H
#define IC_AGENT_INSTALL_H

#include "agent/path.h"

#include <stdio.h>

enum { IC_BROWSER_COUNT = 4 };

enum ic_manifest_state {
    IC_MANIFEST_NO_BROWSER, /* Neither a manifest nor the browser's folder is there. */
    IC_MANIFEST_MISSING,
    IC_MANIFEST_WRONG, /* It names another program or another extension. */
    IC_MANIFEST_RIGHT,
};

struct ic_install_options {
    bool dry_run;        /* Say what would be done. */
    const char *profile; /* Only for the browser profile in this folder; NULL: for all browsers of this user. */
};

/* Writes the manifests, saying to `out` what it does. */
IC_NODISCARD enum ic_rc ic_install(const struct ic_install_options *options, FILE *out, struct ic_err *err);

/* Removes them. */
IC_NODISCARD enum ic_rc ic_uninstall(const struct ic_install_options *options, FILE *out, struct ic_err *err);

const char *ic_browser_name(size_t browser);

/* How things stand with that browser's manifest. */
IC_NODISCARD enum ic_rc ic_manifest_find(size_t browser, enum ic_manifest_state *ret_state, struct ic_path *ret_path,
                                         struct ic_err *err);

/* Writes that browser's manifest. */
IC_NODISCARD enum ic_rc ic_manifest_write(size_t browser, struct ic_err *err);

#endif
