/* Where a desktop's token is kept besides a file: the Secret Service of the person's session (GNOME Keyring, KWallet,
 * KeePassXC), which keeps it encrypted while nobody is signed in at the desktop.
 *
 * Promises: spoken to by /usr/bin/secret-tool (Debian's libsecret-tools), a process of its own that lives as long as a
 * question: nothing is linked or loaded, and who has no such program, no session or no service has no keyring. The
 * token goes over pipes, never over a command line. Every call ends within IC_KEYRING_MS_MAX, also while the keyring
 * waits for a person to unlock it. Memory: the last token that was found is remembered by the process, which its uplink
 * needs it for at every push. Threads: any. */
#ifndef IC_AGENT_KEYRING_H
#define IC_AGENT_KEYRING_H

#include "base/err.h"
#include "base/hash.h"
#include "base/secret.h"
#include "domain/id.h"

enum {
    IC_KEYRING_MS_MAX = 5000,
    IC_KEYRING_DIGITS = 12, /* Of the token's hash, so that every token of a desktop has an item of its own. */
    IC_KEYRING_ITEM_SIZE = IC_ID_SIZE + 1 + IC_KEYRING_DIGITS,
};

/* What a token is called in the keyring: the desktop's id and some digits of the token's hash. */
struct ic_keyring_item {
    char text[IC_KEYRING_ITEM_SIZE + 1];
};

/* Whether there may be a keyring; not so when INSTACRM_AGENT_KEYRING is "off". */
bool ic_keyring_is_there(void);

struct ic_keyring_item ic_keyring_item_of(const struct ic_id *device_id, const struct ic_secret *token);

/* False, leaving `ret_item` alone, when `text` has not the form of one of that desktop. */
bool ic_keyring_item_parse(struct ic_str text, const struct ic_id *device_id, struct ic_keyring_item *ret_item);

/* Puts the token there and looks whether it is; fails with unavailable when it is not. */
IC_NODISCARD enum ic_rc ic_keyring_put(const struct ic_keyring_item *item, const struct ic_secret *token,
                                       struct ic_err *err);

/* Fails with not_found when it is not there any more, with unavailable when the keyring does not answer or is locked.
 */
IC_NODISCARD enum ic_rc ic_keyring_get(const struct ic_keyring_item *item, struct ic_secret *ret_token,
                                       struct ic_err *err);

/* Removes it if it is there and the keyring answers. */
void ic_keyring_remove(const struct ic_keyring_item *item);

#endif
