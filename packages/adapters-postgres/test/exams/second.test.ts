import { examsLaw } from "./law.ts"

examsLaw(24, 24)
