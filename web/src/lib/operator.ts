import { createContext, useContext } from "react";

import type { Operator } from "./wire";

const OperatorContext = createContext<Operator | undefined>(undefined);
export const OperatorProvider = OperatorContext.Provider;

/** The signed-in operator; only inside the shell. */
export function useOperator(): Operator {
  const operator = useContext(OperatorContext);
  if (!operator) throw new Error("useOperator stands outside the shell");
  return operator;
}
