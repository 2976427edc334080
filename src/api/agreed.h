/* A goal or a rule as JSON, in and out.
 *
 * Memory: texts that were read view the request's body. Threads: as the reader's and writer's. */
#ifndef IC_API_AGREED_H
#define IC_API_AGREED_H

#include "base/json_read.h"
#include "base/json_write.h"
#include "service/proposals.h"

/* Read the values that a person gives of a goal (GoalRequest) or a rule (RuleRequest), with a reason and what is to be
 * replaced; the caller ends the reader. */
void ic_agreed_read_goal(struct ic_json_reader *reader, struct ic_proposal_wish *ret_wish);
void ic_agreed_read_rule(struct ic_json_reader *reader, struct ic_proposal_wish *ret_wish);

/* Writes the members of AgreedGoal or AgreedRule as an object. */
void ic_agreed_write(struct ic_json_writer *writer, const struct ic_agreed *agreed);

#endif
