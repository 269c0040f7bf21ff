export {
  compileExpression,
  type Expression,
  type ExpressionColumns,
  expressionFunctions,
  type ExpressionSettings,
} from './compile.ts';
export { type ExpressionIssue, expressionLimits } from './parse.ts';
