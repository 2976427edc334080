import { useMutation } from "@tanstack/react-query";

import { call } from "@/lib/api";
import { useEnter } from "@/lib/session";

export function useResetPassword(link: string) {
  const enter = useEnter();
  return useMutation({
    mutationFn: (password: string) => call("post", "/api/v1/password/reset", { body: { link, password } }),
    onSuccess: enter,
  });
}
