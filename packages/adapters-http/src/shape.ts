/** What a schema looks like from outside: which fields it has, and which of them repeat or nest. */
import type { Operation } from "@lyceum/core/shared"
import { Schema, SchemaAST } from "effect"

export interface Field {
  readonly name: string
  readonly required: boolean
  /** `text` fits into an address, `list` too, by repeating it; `tree` needs a body. */
  readonly kind: "text" | "list" | "tree"
}

const isText = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isUnion(ast)
    ? ast.types.every(isText)
    : SchemaAST.isString(ast) || SchemaAST.isLiteral(ast) || SchemaAST.isTemplateLiteral(ast)

const kindOf = (ast: SchemaAST.AST): Field["kind"] => {
  if (isText(ast)) return "text"
  return SchemaAST.isArrays(ast) && ast.elements.length === 0 && ast.rest.every(isText) ? "list" : "tree"
}

const fieldsOfAst = (ast: SchemaAST.AST): ReadonlyArray<Field> => {
  if (SchemaAST.isUnion(ast)) {
    // A choice of structs has the fields of all; required are those that each of them requires.
    const choices = ast.types.map(fieldsOfAst)
    const all = new Map(choices.flat().map((field) => [field.name, field]))
    return Array.from(all.values(), (field) => ({
      ...field,
      required: choices.every((choice) =>
        choice.some(({ name, required }) => required && name === field.name)
      )
    }))
  }
  if (!SchemaAST.isObjects(ast)) return []
  return ast.propertySignatures.map(({ name, type }) => ({
    name: String(name),
    required: type.context?.isOptional !== true,
    kind: kindOf(type)
  }))
}

/** The fields of a struct, or of a choice of structs, as they are sent; none for anything else. */
export const fieldsOf = (schema: Schema.Constraint): ReadonlyArray<Field> =>
  fieldsOfAst(SchemaAST.toEncoded(Schema.toCodecStringTree(schema).ast))

/** Whether values have nothing in them: a use case that answers only that it was done. */
export const isEmptyStruct = (schema: Schema.Constraint): boolean => {
  const ast = SchemaAST.toEncoded(Schema.toCodecJson(schema).ast)
  return SchemaAST.isObjects(ast) && ast.propertySignatures.length === 0 && ast.indexSignatures.length === 0
}

/** The field by which a command names the version that it changes; over HTTP that is `If-Match`. Source: KER-23. */
export const versionField = ({ operation }: { readonly operation: Operation }): Field | undefined =>
  operation.kind === "command" ? fieldsOf(operation.input).find(({ name }) => name === "version") : undefined
