import type { Annotation } from '../report/annotations.ts';
import { secretForms } from '../redaction/secret-forms.ts';

/** `::error file=…,line=…,title=…::message`: the runner shows it on the line of the file. */
export function renderAnnotation({ level, file, line, title, message }: Annotation): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${escapeProperty(file)}`]),
    ...(line === undefined ? [] : [`line=${line}`]),
    `title=${escapeProperty(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${escapeData(message)}`;
}

/** The commands that make the runner hide the secrets, in every form in which they may show up. */
export function renderMasks(secrets: readonly string[]): readonly string[] {
  return secretForms(secrets).map((form) => `::add-mask::${escapeData(form)}`);
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
