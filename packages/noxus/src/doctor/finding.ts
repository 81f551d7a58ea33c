/** What one check found. */
export interface Finding {
  name: string;
  /** warn: works, but not as well as it could; fail: something will not work. */
  level: "ok" | "warn" | "fail";
  message: string;
  /** With warn and fail. */
  whatToDo?: string;
}

export const ok = (name: string, message: string): Finding => ({ name, level: "ok", message });
export const warn = (name: string, message: string, whatToDo: string): Finding => ({
  name,
  level: "warn",
  message,
  whatToDo,
});
export const fail = (name: string, message: string, whatToDo: string): Finding => ({
  name,
  level: "fail",
  message,
  whatToDo,
});
