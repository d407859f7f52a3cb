// A frontend developer's client: the generated types against our schema; it only has to compile.
import type { FigureWithPassagesQuery, PlanTableQuery, StateFileQuery } from "./types";
import { Standing, Status } from "./types";

export const members = (answer: FigureWithPassagesQuery): string[] =>
  answer.figure.members.map((member) => member.state.iso3);

export const computed = (answer: PlanTableQuery): number =>
  answer.plan.actions.flatMap((action) => action.indicators).filter((one) => one.thirteenth.status === Status.Computed)
    .length;

export const isParty = (answer: StateFileQuery): boolean => answer.state?.standing === Standing.Party;

// @ts-expect-error: a figure's value may be absent, which is not zero
export const wrong = (answer: FigureWithPassagesQuery): { value: object } => ({ value: answer.figure.valeu });
