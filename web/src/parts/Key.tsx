import type { ReactNode } from "react";

interface Props {
  name: string;
  onPress: () => void;
  className?: string;
  label?: string;
  pressed?: boolean;
  disabled?: boolean;
  toggle?: boolean;
  children: ReactNode;
}

/** A button with the key that does the same. */
export function Key({
  name,
  onPress,
  className = "",
  label,
  pressed,
  disabled = false,
  toggle = false,
  children,
}: Props) {
  return (
    <button
      className={`key ${className}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={name === "space" ? "Space" : name}
      data-toggle={toggle || undefined}
      disabled={disabled}
      onClick={(event) => {
        // After a click with the pointer the keyboard belongs to the page again: space must skip, not press this twice.
        if (event.detail > 0) event.currentTarget.blur();
        onPress();
      }}
    >
      <kbd aria-hidden="true">{name}</kbd> {children}
    </button>
  );
}
