import { z } from "zod";

/** The project that a form asks for. */
export const project = z.string().min(1).meta({
  title: "Project",
  description: "Its path, like group/project, or its number.",
});
