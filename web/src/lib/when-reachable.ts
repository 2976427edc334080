import { call } from "./api";

/**
 * Loads a part of the app. Where that fails because the server is away, says so, and can be tried again; where the server
 * answers, it has become another release, and the router loads the whole page anew.
 */
export function whenReachable<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    try {
      return await load();
    } catch (error) {
      await call("get", "/healthz");
      throw error;
    }
  };
}
