/** Two speech bubbles. The same drawing as public/icon.svg. */
export function Logo({ className }: { readonly className?: string }) {
  return <img src="/icon.svg" alt="" width={32} height={32} className={className} />;
}
