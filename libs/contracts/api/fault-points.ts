/** Named places where a fault test lets the process die. */
export interface FaultPoints {
  reach(name: string): void;
}
