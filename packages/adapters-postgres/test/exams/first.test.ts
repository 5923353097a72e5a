import { examsLaw } from "./law.ts"

examsLaw(0, 24)
