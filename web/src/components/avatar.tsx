import { cn } from "@/lib/cn";
import { initialsOf } from "@/lib/initials";

interface AvatarProps {
  name: string;
  /** The signed-in operator's own. */
  isMine?: boolean;
  large?: boolean;
}

export function Avatar({ name, isMine = false, large = false }: AvatarProps) {
  return (
    <span
      aria-hidden
      title={name}
      className={cn(
        "inline-grid flex-none place-items-center rounded-full leading-none font-semibold",
        large ? "size-7 text-micro" : "size-5 text-[0.625rem]",
        isMine ? "bg-accent-soft text-accent" : "bg-track text-fg-2",
      )}
    >
      {initialsOf(name)}
    </span>
  );
}
