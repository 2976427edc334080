/** "3 new": what came while somebody was pointing at the list. */
export function WaitingButton({ waiting, onShow }: { waiting: number; onShow: () => void }) {
  return (
    <span role="status" className="inline-flex">
      {waiting > 0 && (
        <button
          type="button"
          onClick={onShow}
          className="inline-flex h-5 items-center rounded-lg bg-accent-soft px-[7px] text-small leading-none font-medium text-accent tabular-nums hover:underline"
        >
          {waiting} new
        </button>
      )}
    </span>
  );
}
