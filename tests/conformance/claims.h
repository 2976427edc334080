/* The suite's files: each runs its tests and gives how many failed. */
#ifndef IC_TESTS_CONFORMANCE_CLAIMS_H
#define IC_TESTS_CONFORMANCE_CLAIMS_H

int run_values(void);
int run_limits(void);
int run_order(void);
int run_lists(void);
int run_people(void);
int run_replica(void);
int run_proposals(void);
int run_voting(void);
int run_verdicts(void);
int run_metrics(void);
int run_edits(void);
int run_lineage(void);
int run_sample(void);
int run_audit(void);
int run_tokens(void);
int run_accounts(void);
int run_search(void);
int run_uniqueness(void);
int run_transactions(void);
int run_conflicts(void);
int run_loss(void);
int run_vanishing(void);
int run_feed(void);
int run_concurrency(void);
int run_migrations(void);

#endif
